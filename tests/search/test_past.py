"""Answers as of a day: the items as they were live then, with that day's facts."""

from datetime import UTC, date, datetime

import pytest

from kb_service.base.clock import SetClock
from kb_service.base.permissions import Actor
from kb_service.handbook import codec
from kb_service.handbook.acts import edit, sheets, workflow
from kb_service.handbook.schemas import StandardQuestion
from kb_service.search import queries
from kb_service.search.schemas import Answer, Ask
from tests.conftest import WorkAs
from tests.handbook import make as content
from tests.persons import ELENA, RITA, VERA
from tests.search.conftest import Library

FACTS = """
fee:
  title: Плата
  values:
    - {value: "100 ₽", from: 2026-11-01, to: 2026-11-30}
    - {value: "200 ₽", from: 2026-12-01}
"""
BEFORE, AFTER = date(2026, 11, 24), date(2026, 12, 10)


def text(title: str, body: str, **front: object) -> str:
    made = StandardQuestion(title=title, **front)  # type: ignore[arg-type]
    return codec.encode(codec.new("StandardQuestion", made, body))


@pytest.fixture
def past(work_as: WorkAs, clock: SetClock, library: Library) -> Library:
    """«Когда включат свет?» got another text on 5 December; a second question came only then."""
    with work_as(RITA) as work:
        sheets.save(work, "facts", FACTS)
        old = text("Когда дадут свет?", "Осмотр линии стоит {{ fact.fee }}.", description="Старое.")
        edit.save(work, library.light, old)
        workflow.publish(work, library.light)
    clock.moment = datetime(2026, 12, 5, 9, tzinfo=UTC)
    with work_as(RITA) as work:
        new = text("Когда включат свет?", "Осмотр линии стоит {{ fact.fee }}, свет дадут сразу.")
        edit.save(work, library.light, new)
        workflow.publish(work, library.light)
        late = content.question(work, library.topic, "Почему свет мигает?", name="late")
    clock.moment = datetime(2026, 12, 12, 9, tzinfo=UTC)
    library.settle(library.light, late)
    return library


def ask(work_as: WorkAs, library: Library, who: Actor, **values: object) -> Answer:
    wanted = Ask(text="когда дадут свет, сколько стоит осмотр линии", **values)  # type: ignore[arg-type]
    with work_as(who, write=False) as work:
        return queries.answer(work, library.engine, wanted)


def test_title_description_and_excerpt_are_of_the_day(work_as: WorkAs, past: Library) -> None:
    then = ask(work_as, past, VERA, as_of=BEFORE).hits[0]
    assert (then.card.title, then.card.description) == ("Когда дадут свет?", "Старое.")
    assert "100 ₽" in then.excerpt
    later = ask(work_as, past, VERA, as_of=AFTER).hits[0]
    assert later.card.title == "Когда включат свет?"
    assert "200 ₽" in later.excerpt
    assert ask(work_as, past, VERA).hits[0].excerpt == later.excerpt


def test_what_was_not_live_then_is_not_given_and_not_counted(
    work_as: WorkAs, past: Library
) -> None:
    then, later = (ask(work_as, past, VERA, as_of=day) for day in (BEFORE, AFTER))
    assert "Почему свет мигает?" not in [hit.card.title for hit in then.hits]
    assert "Почему свет мигает?" in [hit.card.title for hit in later.hits]
    assert (then.total, later.total) == (2, 3)
    nothing = ask(work_as, past, VERA, as_of=date(2020, 1, 1))
    assert (nothing.hits, nothing.total, nothing.confident) == ([], 0, False)


def test_what_is_hidden_today_stays_hidden_as_of_any_day(work_as: WorkAs, past: Library) -> None:
    with work_as(RITA) as work:
        workflow.retract(work, past.light)
    then = ask(work_as, past, VERA, as_of=BEFORE)
    assert past.light not in [hit.card.uid for hit in then.hits]
    assert past.light in [hit.card.uid for hit in ask(work_as, past, ELENA, as_of=BEFORE).hits]


def test_text_whose_fact_had_no_value_then_says_so(work_as: WorkAs, past: Library) -> None:
    with work_as(RITA) as work:
        sheets.save(work, "facts", FACTS.replace("2026-11-01", "2026-11-30"))
    then = ask(work_as, past, VERA, as_of=BEFORE)
    light = next(hit for hit in then.hits if hit.card.uid == past.light)
    assert "уточняется" in light.excerpt
    assert "200 ₽" not in light.excerpt
