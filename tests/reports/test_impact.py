"""What a change of a fact touches beside the handbook: replies that are being written."""

import pytest

from kb_service.base.errors import KbError
from kb_service.base.permissions import SYSTEM
from kb_service.handbook.acts import sheets
from kb_service.handbook.rules.facts import NewValue
from kb_service.letters.acts import finishing
from kb_service.reports.impact import DraftUse, impact
from tests.conftest import WorkAs
from tests.letters import make
from tests.persons import ELENA, OLGA, SERGEY, VERA

SHEET = "call_term: {title: Срок звонка, values: [{value: '4', unit: часа, source: приказ}]}\n"
NEW = NewValue(key="call_term", value="2")
TEXT = "Перезвоним за {{ fact.call_term }}."


def test_who_proposes_no_facts_learns_of_no_drafts(work_as: WorkAs) -> None:
    for who, code in ((VERA, r"session\.needed"), (OLGA, r"act\.forbidden")):
        with work_as(who) as work, pytest.raises(KbError, match=code):
            impact(work, NEW)


def test_open_drafts_join_the_list_without_a_word_of_the_customer(work_as: WorkAs) -> None:
    with work_as(SYSTEM) as work:
        sheets.save(work, "facts", SHEET)
    whole = make.content(fragments=[make.own(TEXT)], subject="Смирнова, счёт 1203")
    with work_as(SERGEY) as work:
        uid = make.draft(work, whole)
        make.draft(work, make.content(fragments=[make.own("Перезвоним за 4 часа.")]))
        moment = work.now
    with work_as(ELENA) as work:
        found = impact(work, NEW).drafts
    assert found == [DraftUse(uid=uid, owner=SERGEY.login, owner_name=SERGEY.name, modified=moment)]
    with work_as(SERGEY) as work:
        finishing.put_away(work, uid)
    with work_as(ELENA) as work:
        assert impact(work, NEW).drafts == []
