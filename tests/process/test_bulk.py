"""A step for many items goes on after a kill where it was: nothing left out, nothing twice."""

import shutil
from collections import Counter
from pathlib import Path

import pytest
from sqlalchemy import func, select

from kb_service.base import audit
from kb_service.base.audit import AuditRow
from kb_service.base.clock import Clock
from kb_service.base.db import Database
from kb_service.base.ids import Uid
from kb_service.base.permissions import SYSTEM, Actor, Role
from kb_service.base.work import open_work
from kb_service.handbook import queries
from kb_service.handbook.acts import bulk
from kb_service.handbook.queries.bulk import BulkView
from kb_service.handbook.rules.bulk import BulkStep
from kb_service.handbook.tables import Revision
from kb_service.people import queries as people
from tests.process.running import SHIPPED, Kb, until

MARK = "одна метка всем"


def begun(database: Database) -> str:
    """Give all texts of the handbook a tag, as the reviewer of the demonstration."""
    with open_work(database, SYSTEM, Clock()) as work:
        reviewer = people.user_by_login(work, "reviewer")
        root = queries.card_at(work, "/").uid
    person = Actor("reviewer", "", frozenset({Role.REVIEWER}), uid=Uid(reviewer.uid))
    with open_work(database, person, Clock()) as work:
        wanted = {"tag": "проба"}
        return bulk.begin(work, BulkStep.TAG, [root], wanted, is_deep=True, comment=MARK)


def seen(database: Database, uid: str) -> BulkView:
    with open_work(database, SYSTEM, Clock(), write=False) as work:
        return queries.bulk_view(work, uid)


@pytest.mark.timeout(300)
def test_it_goes_on_after_each_kill(tmp_path: Path) -> None:
    with Kb(tmp_path) as kb:
        shutil.copytree(SHIPPED, kb.content, dirs_exist_ok=True)
        kb.start()
        database = Database(f"sqlite:///{kb.data / 'kb.sqlite'}")
        uid = begun(database)
        total = seen(database, uid).total
        kills = 0
        for share in (0.1, 0.4, 0.7):
            until(lambda least=share * total: seen(database, uid).tried >= least, 60, 0.005)  # type: ignore[misc]  # bound at once
            if seen(database, uid).is_over:
                break
            kb.kill()
            kills += 1
            kb.start()
        until(lambda: seen(database, uid).is_over, 60)
        view = seen(database, uid)
        assert kills > 0
        assert (view.done, view.left, view.refused) == (total, 0, 0)
        with open_work(database, SYSTEM, Clock(), write=False) as work:
            written = work.session.scalars(
                select(Revision.item_uid).where(Revision.comment == MARK)
            )
            times = Counter(written)
            assert (len(times), set(times.values())) == (total, {1})
            done = select(func.count()).where(AuditRow.act == "item.amend")
            assert work.session.scalar(done) == total
            assert audit.verify(work.session) is None
        database.close()
