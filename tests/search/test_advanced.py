"""Whoosh's own syntax for staff: mistakes are named with their place, nothing else fails."""

from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kb_service.base.errors import KbError, Kind
from kb_service.search import advanced
from kb_service.search.live import Engine
from tests.search import make
from tests.search.make import entry

ENTRIES = [
    entry(
        "Как передать показания счётчика?",
        code="R02",
        topic="/meters",
        answer="Передайте показания до 25-го числа.",
        staff="Спросите мракобеса.",
        tags=["приборы"],
        review_by=date(2026, 12, 1),
    ),
    entry("Когда включат свет?", code="O01", topic="/outage", checked=True),
    entry("Передача прав на дом", code="D01", topic="/rights", state="private", public=False),
]

FOUND = {
    "title:свет": ["O01"],
    "показания": ["R02"],
    '"передайте показания"': ["R02"],
    '"показания передайте"': [],
    "перед*": ["D01", "R02"],
    "Счётчик*": ["R02"],
    "показаний*": ["R02"],
    "передать OR свет": ["O01", "R02"],
    "перед* AND NOT права": ["R02"],
    "state:private": ["D01"],
    "public:yes AND NOT checked:yes": ["R02"],
    "topic:/meters": ["R02"],
    "topic:/o*": ["O01"],
    "code:O01 OR code:D01": ["D01", "O01"],
    "tags:приборы": ["R02"],
    "review:[2026-11-01 TO 2026-12-31]": ["R02"],
    "staff:мракобес": ["R02"],
    "title:(свет включат)": ["O01"],
    "св?т": ["O01"],
    "нигде": [],
    "": [],
    '"12:30"': [],
}
MISTAKES = {
    'свет "и тьма': ("query.unclosed", {"place": 6}),
    "(свет": ("query.unclosed", {"place": 1}),
    "свет)": ("query.unclosed", {"place": 5}),
    "свет autor:Иванов": ("query.field_unknown", {"place": 6, "name": "autor"}),
    "entry:свет": ("query.field_unknown", {"place": 1, "name": "entry"}),
    "title:*свет": ("query.leading_star", {"place": 7}),
    "?вет": ("query.leading_star", {"place": 1}),
    "а " * 21: ("query.too_long", {"words": 20}),
    "а" * 501: ("query.too_long", {"letters": 500}),
    'staff:"два слова"': ("query.no_phrases", {"name": "staff"}),
}


@pytest.fixture(scope="module")
def engine(tmp_path_factory: pytest.TempPathFactory) -> Engine:
    return make.engine(tmp_path_factory.mktemp("index"), ENTRIES)


def found(engine: Engine, text: str) -> list[str]:
    uids = advanced.found(engine.index, engine.snapshot(staff=True).vocabulary, text)
    return sorted(one.code for one in ENTRIES if one.uid in uids)


@pytest.mark.parametrize("text", MISTAKES)
def test_mistake_is_named_with_its_place(text: str, engine: Engine) -> None:
    code, params = MISTAKES[text]
    with pytest.raises(KbError) as raised:
        found(engine, text)
    assert (raised.value.code, raised.value.kind) == (code, Kind.INVALID)
    assert params.items() <= raised.value.params.items()
    assert raised.value.fields[0].field == "SearchableText"


@pytest.mark.parametrize("text", FOUND)
def test_query_finds_what_it_says(text: str, engine: Engine) -> None:
    assert found(engine, text) == FOUND[text]


def test_nothing_is_found_where_there_is_no_index(tmp_path: object, engine: Engine) -> None:
    nowhere = Engine(engine.index.folder / "nowhere")
    assert advanced.found(nowhere.index, nowhere.snapshot().vocabulary, "свет") == {}


SIGNS = st.sampled_from(
    [*'"()[]{}:*?^~\\/<>-+!&|#.', " ", "'", "AND ", " NOT", " OR ", "title:", "review:[", " TO "]
)


@given(st.lists(SIGNS | st.characters(), max_size=24).map("".join))
@settings(deadline=None, max_examples=300)
def test_any_text_is_read_or_refused_by_name(engine: Engine, text: str) -> None:
    refused = None
    try:
        found(engine, text)
    except KbError as error:
        refused = error
    assert refused is None or refused.code.startswith("query.")
    assert refused is None or refused.kind == Kind.INVALID
