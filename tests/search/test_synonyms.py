"""Synonyms by acts: who may, what is refused, the sheet that stays as it was typed."""

from collections.abc import Callable
from typing import Any

import pytest

from kb_service.base.errors import KbError
from kb_service.base.permissions import Actor
from kb_service.base.work import Work
from kb_service.handbook.acts import sheets
from kb_service.search import packaged
from kb_service.search.acts import synonyms
from kb_service.search.queries import words
from kb_service.search.rules import checked_group, with_group
from kb_service.search.schemas import SynonymGroup
from tests.conftest import WorkAs
from tests.persons import ELENA, OLGA, RITA, VERA

SHEET = "# ours\n- {words: [свет, электричество], weight: 0.6} # everybody\n"
LAMP = SynonymGroup(words=["лампа", "светильник"], weight=0.7)


@pytest.fixture
def kept(work_as: WorkAs) -> None:
    with work_as(RITA) as work:
        sheets.save(work, "synonyms", SHEET)


def text(work: Work) -> str:
    return words.synonyms_text(work)[0]


ACTS: dict[str, Callable[[Work], Any]] = {
    "save": lambda work: synonyms.save_group(work, LAMP),
    "change": lambda work: synonyms.save_group(work, LAMP, place=0),
    "remove": lambda work: synonyms.remove_group(work, 0),
}


@pytest.mark.usefixtures("kept")
@pytest.mark.parametrize("name", ACTS)
@pytest.mark.parametrize(
    ("actor", "code"),
    [(VERA, "session.needed"), (OLGA, "act.forbidden"), (ELENA, "act.forbidden")],
)
def test_synonyms_are_changed_by_who_publishes(
    work_as: WorkAs, name: str, actor: Actor, code: str
) -> None:
    with work_as(actor) as work, pytest.raises(KbError) as raised:
        ACTS[name](work)
    assert raised.value.code == code


@pytest.mark.parametrize(("actor", "code"), [(VERA, "session.needed"), (OLGA, "act.forbidden")])
@pytest.mark.parametrize("query", [words.synonyms, words.synonyms_text])
def test_words_are_read_by_who_edits(
    work_as: WorkAs, query: Callable[[Work], Any], actor: Actor, code: str
) -> None:
    with work_as(actor) as work, pytest.raises(KbError) as raised:
        query(work)
    assert raised.value.code == code


@pytest.mark.usefixtures("kept")
def test_a_group_is_added_changed_and_removed_line_by_line(work_as: WorkAs) -> None:
    with work_as(RITA) as work:
        synonyms.save_group(work, LAMP)
        assert text(work) == SHEET + "- {words: [лампа, светильник], weight: 0.7}\n"
        synonyms.save_group(work, SynonymGroup(words=["ток"], means=["свет"], weight=1), place=0)
        assert text(work).splitlines()[:2] == [
            "# ours",
            "- {words: [ток], means: [свет], weight: 1} # everybody",
        ]
        synonyms.remove_group(work, 0)
        assert text(work) == "# ours\n- {words: [лампа, светильник], weight: 0.7}\n"
        assert words.synonyms(work) == ([LAMP], 4)


def test_the_first_change_begins_with_the_packaged_groups(work_as: WorkAs) -> None:
    with work_as(RITA) as work:
        assert words.synonyms(work)[1] == 0
        synonyms.save_group(work, LAMP)
        groups, number = words.synonyms(work)
    assert number == 1
    assert len(groups) == len(packaged.synonyms()) + 1
    assert groups[-1] == LAMP


@pytest.mark.usefixtures("kept")
def test_of_two_changes_the_second_sees_the_first(work_as: WorkAs) -> None:
    with work_as(RITA) as work:
        synonyms.save_group(work, LAMP, based_on=1)
        with pytest.raises(KbError, match=r"item\.stale"):
            synonyms.remove_group(work, 0, based_on=1)


@pytest.mark.parametrize(
    ("group", "fields"),
    [
        (SynonymGroup(words=[]), ["words"]),
        (SynonymGroup(words=["один", " ОДИН "]), ["words"]),
        (SynonymGroup(words=["?"], means=["свет"]), ["words"]),
        (SynonymGroup(words=["а" * 61, "свет"]), ["words"]),
        (SynonymGroup(words=[f"слово{n}" for n in range(21)]), ["words"]),
        (SynonymGroup(words=["ток"], means=["а" * 61]), ["means"]),
        (SynonymGroup(words=["ток", "свет"], weight=0), ["weight"]),
        (SynonymGroup(words=["ток", "свет"], weight=1.1), ["weight"]),
        (SynonymGroup(words=[], weight=float("nan")), ["words", "weight"]),
    ],
)
def test_what_is_no_group_is_refused_at_its_fields(group: SynonymGroup, fields: list[str]) -> None:
    with pytest.raises(KbError, match=r"synonyms\.wrong") as raised:
        checked_group(group)
    assert [one.field for one in raised.value.fields] == fields


def test_a_group_is_put_in_order() -> None:
    group = SynonymGroup(words=[" белый   свет ", "ток", "ТОК"], means=[], weight=0.333)
    assert checked_group(group) == SynonymGroup(words=["белый свет", "ТОК"], weight=0.33)


def test_groups_with_one_in_place_behind_or_less() -> None:
    one, two = LAMP, SynonymGroup(words=["а", "б"])
    assert with_group([one], two, None) == [one, two]
    assert with_group([one, one], two, 0) == [two, one]
    assert with_group([one, two], None, 0) == [two]
    assert with_group([one], None, None) == [one]


def test_a_sheet_that_is_no_list_of_groups_is_told(work_as: WorkAs) -> None:
    with work_as(RITA) as work:
        sheets.save(work, "synonyms", "- just a text\n")
        with pytest.raises(KbError, match=r"sheet\.odd"):
            words.synonyms(work)
