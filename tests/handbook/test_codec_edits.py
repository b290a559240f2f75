"""Changing one key leaves every other line; whatever is written comes back the same."""

from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from kb_service.base.errors import KbError
from kb_service.handbook import codec, front
from kb_service.handbook.schemas import (
    TYPES,
    Action,
    Audience,
    File,
    Page,
    Source,
    StandardQuestion,
    State,
    Topic,
)

DATA = Path(__file__).parent.parent / "data" / "handbook"
UID = "0198f3c2a1b07c3e9d5a4b6c7d8e9f00"
FRONT = """# замечание
type: StandardQuestion
uid: 0198f3c2a1b07c3e9d5a4b6c7d8e9f00
title: "Т"   # в кавычках
wordings:
  - раз
  # между
  - 'два'

mood: &no
owner: 'x'
sources:
  - {act: а,
     clause: 1}
"""


def typed(front: str = FRONT.replace("mood: &no\n", "mood: так\n"), body: str = "Тело\n") -> Any:
    return codec.decode(f"---\n{front}---\n{body}")


def test_an_unknown_field_is_refused() -> None:
    with pytest.raises(KbError, match=r"document\.field_unknown"):
        codec.edited(typed(), colour="red")


def test_a_value_that_could_not_be_read_is_refused() -> None:
    with pytest.raises(KbError, match=r"document\.title_missing"):
        codec.edited(typed(), title=" ")
    with pytest.raises(KbError, match=r"document\.not_text"):
        codec.edited(typed(), body="\0")
    with pytest.raises(KbError, match=r"document\.field_wrong"):
        codec.new("Page", Page(title="а\u2028б"), "")


EDITS: list[Any] = [
    pytest.param({"owner": "y"}, "owner: 'x'\n", "owner: y\n", id="a word"),
    pytest.param({"owner": ""}, "owner: 'x'\n", "", id="back to its default"),
    pytest.param({"owner": "x"}, "", "", id="the same value"),
    pytest.param({"title": "Т"}, "", "", id="the same value in quotes"),
    pytest.param(
        {"wordings": ["три"]},
        "wordings:\n  - раз\n  # между\n  - 'два'\n",
        "wordings:\n  - три\n",
        id="a list",
    ),
    pytest.param(
        {"sources": []}, "sources:\n  - {act: а,\n     clause: 1}\n", "", id="the last, out"
    ),
    pytest.param({"code": "M1"}, "title:", "code: M1\ntitle:", id="a new key on its place"),
    pytest.param(
        {"valid_from": date(2026, 1, 2)},
        "\nmood",
        "valid_from: 2026-01-02\n\nmood",
        id="a day behind its neighbour",
    ),
    pytest.param({"tags": ["a, b"]}, "1}\n", "1}\ntags: ['a, b']\n", id="at the end"),
    pytest.param(
        {"owner": "z", "code": "1"},
        "title:",
        "code: '1'\ntitle:",
        id="two at once",
    ),
]


@pytest.mark.parametrize(("changes", "before", "after"), EDITS)
def test_only_the_lines_of_a_changed_key_change(
    changes: dict[str, Any], before: str, after: str
) -> None:
    made = codec.edited(typed(), **changes)
    wanted = typed().front.replace(before, after, 1) if before else typed().front
    if changes.get("owner") == "z":
        wanted = wanted.replace("owner: 'x'", "owner: z")
    assert made.front == wanted
    assert made.body == "Тело\n"
    for name, value in changes.items():
        assert getattr(made.content, name) == value


@pytest.mark.parametrize(
    ("text", "lines", "wanted"),
    [
        pytest.param("a: 1\nb: 2\n", {"x": "x: 3\n"}, "a: 1\nb: 2\nx: 3\n", id="a foreign key"),
        pytest.param("b: 2\n", {"a": "a: 3\n"}, "a: 3\nb: 2\n", id="the first of all"),
        pytest.param("", {"a": "a: 3\n"}, "a: 3\n", id="the only one"),
        pytest.param("a: 1", {"b": "b: 3\n"}, "a: 1\nb: 3\n", id="behind an open line"),
        pytest.param("a: 1\n", {"b": ""}, "a: 1\n", id="out where it is not"),
    ],
)
def test_lines_of_keys_are_put_in(text: str, lines: dict[str, str], wanted: str) -> None:
    assert front.replaced(text, lines, ("a", "b")) == wanted


def test_the_body_alone_is_replaced() -> None:
    made = codec.edited(typed(), body="---\nНовое")
    assert (made.front, made.body) == (typed().front, "---\nНовое")


def test_identity_of_the_object_stays() -> None:
    start = typed()
    start.uid, start.state = "1" * 32, State.PUBLISHED
    made = codec.edited(start, owner="y")
    assert (made.uid, made.state) == ("1" * 32, State.PUBLISHED)


def test_a_topic_takes_the_name_of_its_folder() -> None:
    assert codec.topic_named("moi-dom") == Topic(title="Moi dom")
    assert codec.topic_named("-").title == "-"


def test_a_binary_is_described_in_place() -> None:
    start = codec.decode("---\ntype: File\ntitle: Бланк\n---\n")
    made = codec.edited(start, filename="б.pdf", size=7, sha256="0" * 64)
    assert isinstance(made.content, File)
    assert made.front == (
        f"type: File\ntitle: Бланк\nfilename: б.pdf\nsize: 7\nsha256: '{'0' * 64}'\n"
    )


# Letters that break careless writers: quotes, colons, marks of YAML, blanks, emoji, line ends.
LETTERS = st.one_of(
    st.sampled_from("'\":#-?&*!|>%@`[]{},~= \t\u00a0\u00ab\u00bbёЖ😀\u2028\x85\ufeff\\"),
    st.characters(exclude_categories=("Cs",), exclude_characters="\0"),
)
TEXT = st.text(LETTERS, max_size=30)
LINE = st.sampled_from(
    ["да", "no", "~", "null", "010", "1.10", "1e3", "2026-01-01", "12:30", "- x", "---", "a: b"]
) | st.text(LETTERS, min_size=1, max_size=30)
DAY = st.none() | st.dates()
MOMENT = st.none() | st.datetimes(
    min_value=datetime(1900, 1, 1),  # noqa: DTZ001 - made aware by the strategy
    timezones=st.just(UTC),
).map(lambda moment: moment.replace(microsecond=0))
COMMON = {
    "title": LINE,
    "description": TEXT | st.lists(TEXT, max_size=4).map("\n".join),
    "publish_at": MOMENT,
    "expires_at": MOMENT,
    "valid_from": DAY,
    "valid_to": DAY,
    "checked": st.just(False) | st.dates(),
    "review_by": DAY,
    "owner": TEXT,
    "sources": st.lists(st.builds(Source, act=LINE, clause=TEXT, url=TEXT, note=TEXT), max_size=3),
    "related": st.lists(LINE, max_size=3),
    "tags": st.lists(TEXT, max_size=3),
    "order": st.none() | st.integers(-1000, 1000).map(float) | st.sampled_from([0.5, -2.25]),
    "audience": st.sampled_from(Audience),
    "actions": st.lists(st.builds(Action, label=LINE, url=LINE), max_size=2),
    "language": LINE,
}
CONTENT = st.one_of(
    st.builds(Page, **COMMON),
    st.builds(Topic, **COMMON),
    st.builds(StandardQuestion, code=TEXT, wordings=st.lists(LINE, max_size=4), **COMMON),
    st.builds(File, filename=TEXT, size=st.integers(0, 10**9), **COMMON),
)
BODY = st.lists(
    st.sampled_from(["", "---", " ---", "uid: 1", "  текст  ", "\u2028", "::: staff"]) | TEXT,
    max_size=8,
).map("\n".join)


def is_one_line(title: str) -> bool:
    return bool(title.strip()) and title.splitlines() == [title]


@given(content=CONTENT, body=BODY, state=st.sampled_from(State), has_uid=st.booleans())
def test_what_is_written_comes_back(content: Page, body: str, state: State, has_uid: bool) -> None:
    assume(is_one_line(content.title))
    kind = next(name for name, struct in TYPES.items() if type(content) is struct)
    uid = UID if has_uid else ""
    made = codec.new(kind, content, body, uid=uid, state=state)
    text = codec.encode(made)
    again = codec.decode(text)
    assert again == made
    assert again.content == content
    assert codec.encode(again) == text
    assert again.body == body.replace("\r\n", "\n").replace("\r", "\n")
    order = content.order
    assert codec.with_identity(codec.revision_text(again), uid, state, order) == text
    assert codec.decode(codec.with_order(codec.revision_text(again), order)).content == content


KEYS = ["mood", "owner", "code", "'state'", '"uid"', "a b", "tags", "description", "no"]
VALUES = [
    "x",
    "'x'",
    '"x\n\n  y"',
    "|\n  раз\n\n  uid: два\n",
    ">-\n  раз\n  два",
    "[a,\n b]",
    "{a: 1,\n  b: 2}",
    "\n  - a\n  - b",
    "\n- a\n- b",
    "",
    "x # хвост",
]


@given(
    pairs=st.lists(
        st.tuples(st.sampled_from(KEYS), st.sampled_from(VALUES)), unique_by=lambda one: one[0]
    ),
    remarks=st.lists(st.sampled_from(["", "# замечание", "  # с отступом"]), max_size=3),
    body=BODY,
)
def test_a_hand_written_document_comes_back_letter_for_letter(
    pairs: list[tuple[str, str]], remarks: list[str], body: str
) -> None:
    lines = [*remarks, "type: StandardQuestion", "title: Т"]
    lines += [f"{key}: {value}" for key, value in pairs]
    body = body.replace("\r", "")
    text = "---\n" + "\n".join(lines) + f"\n---\n{body}"
    try:
        made = codec.decode(text)
    except KbError:
        return
    assert codec.encode(made) == text
    assert codec.decode(codec.with_identity(codec.revision_text(made), UID, made.state)) == (
        codec.decode(codec.with_identity(text, UID, made.state))
    )
    assert made.body == body


@given(content=CONTENT, changes=CONTENT)
def test_a_changed_key_is_read_as_it_was_given(content: Page, changes: Page) -> None:
    assume(is_one_line(content.title))
    kind = next(name for name, struct in TYPES.items() if type(content) is struct)
    start = codec.new(kind, content, "", uid=UID)
    values = {name: getattr(changes, name) for name in COMMON if name != "title"}
    made = codec.edited(start, **values)
    for name, value in values.items():
        assert getattr(made.content, name) == value
    assert made.content.title == content.title


def test_every_document_of_the_folder_comes_back() -> None:
    files = sorted(DATA.glob("*.md"))
    assert len(files) >= 3
    for file in files:
        text = file.read_text(encoding="utf-8")
        made = codec.decode(text, path=file.name)
        back = codec.with_identity(
            codec.revision_text(made), made.uid, made.state, made.content.order
        )
        assert codec.encode(made) == back == text
