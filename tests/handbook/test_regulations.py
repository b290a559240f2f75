"""Regulations: who is asked to read one, who has, and when they are asked anew. Source: R37."""

from datetime import date, timedelta

import pytest
from msgspec import structs
from sqlalchemy import select

from kb_service.base.audit import AuditRow
from kb_service.base.clock import SetClock
from kb_service.base.errors import KbError
from kb_service.base.ids import Uid
from kb_service.base.permissions import SYSTEM, Role
from kb_service.base.work import Work
from kb_service.handbook import codec, queries
from kb_service.handbook.acts import edit, workflow
from kb_service.handbook.acts.regulations import acknowledge
from kb_service.handbook.rules import regulations
from kb_service.handbook.schemas import Page, Regulation
from kb_service.handbook.tables import Acknowledgement, Item
from kb_service.people.acts import accounts
from kb_service.people.schemas import NewUser
from tests.conftest import WorkAs
from tests.handbook import make
from tests.persons import ELENA, GLEB, OLGA, RITA, VERA


def text(version: str = "1", *, asks: bool = True, body: str = "Порядок.\n") -> str:
    """Give the text of a regulation."""
    content = Regulation(
        title="Порядок ответов",
        version=version,
        in_force_from=date(2026, 12, 1),
        acknowledgement_required=asks,
    )
    return codec.encode(codec.new("Regulation", content, body))


def regulation(work: Work, *, live: bool = True, asks: bool = True, version: str = "1") -> Uid:
    """Make a regulation below the root, live by default."""
    uid = edit.create(work, make.root(work), text(version, asks=asks))
    if live:
        workflow.publish(work, uid)
    return uid


def live_of(work: Work, uid: str) -> str:
    return work.session.get_one(Item, uid).live_uid or ""


@pytest.mark.parametrize(
    ("live", "read", "expected"),
    [
        (("a", "1"), [], False),
        (("a", "1"), [("a", "1")], True),
        (("b", "1"), [("a", "1")], True),
        (("b", "2"), [("a", "1")], False),
        (("b", ""), [("a", "")], False),
        (("a", ""), [("a", "")], True),
        (("b", "1"), [("a", "2"), ("c", "1")], True),
    ],
)
def test_a_new_version_asks_anew_and_a_mended_misprint_does_not(
    live: tuple[str, str], read: list[tuple[str, str]], expected: bool
) -> None:
    assert regulations.is_same_text(live, read) is expected


@pytest.mark.parametrize(("asks", "live"), [(False, True), (True, False)])
def test_what_asks_for_nothing_is_not_acknowledged(work_as: WorkAs, asks: bool, live: bool) -> None:
    with work_as(RITA) as work:
        uid = regulation(work, asks=asks, live=live)
        revision = work.session.get_one(Item, uid).latest_uid
    with work_as(RITA) as work, pytest.raises(KbError, match=r"regulation\.not_asked"):
        acknowledge(work, uid, revision)


def test_a_page_is_no_regulation() -> None:
    assert not regulations.asks(Page(title="О нас"))
    assert regulations.version_of(Page(title="О нас")) == ""


def test_visitors_and_the_house_acknowledge_nothing(work_as: WorkAs) -> None:
    with work_as(RITA) as work:
        uid = regulation(work)
        revision = live_of(work, uid)
    for actor, code in ((VERA, r"session\.needed"), (SYSTEM, r"act\.forbidden")):
        with work_as(actor) as work, pytest.raises(KbError, match=code):
            acknowledge(work, uid, revision)
        with work_as(actor) as work:
            assert queries.to_acknowledge(work) == []
            assert queries.own_reading(work, uid) is None


def test_what_was_replaced_meanwhile_must_be_read_first(work_as: WorkAs) -> None:
    with work_as(RITA) as work:
        uid = regulation(work)
        old = live_of(work, uid)
        edit.save(work, uid, text("2"), goes_live=True)
    with work_as(OLGA) as work, pytest.raises(KbError, match=r"regulation\.other_version"):
        acknowledge(work, uid, old)


def test_who_has_read_it_is_asked_no_more_and_it_is_in_the_journal(
    work_as: WorkAs, clock: SetClock
) -> None:
    with work_as(RITA) as work:
        uid = regulation(work)
    with work_as(OLGA) as work:
        assert [one.uid for one in queries.to_acknowledge(work)] == [uid]
        asked = queries.own_reading(work, uid)
        assert (asked.revision, asked.moment) == (live_of(work, uid), None)
        acknowledge(work, uid, asked.revision)
    first = clock.moment
    clock.moment += timedelta(days=1)
    with work_as(OLGA) as work:
        acknowledge(work, uid, asked.revision)
        assert queries.to_acknowledge(work) == []
        assert queries.own_reading(work, uid).moment == first
        assert len(work.session.scalars(select(Acknowledgement)).all()) == 1
        rows = work.session.scalars(
            select(AuditRow).where(AuditRow.act == "regulation.acknowledge")
        ).all()
        assert [(row.actor, row.object_uid) for row in rows] == [("olga", uid)]
    with work_as(GLEB) as work:
        assert [one.uid for one in queries.to_acknowledge(work)] == [uid]


def test_a_new_version_is_asked_for_and_a_misprint_is_not(work_as: WorkAs) -> None:
    with work_as(RITA) as work:
        uid = regulation(work)
    with work_as(OLGA) as work:
        acknowledge(work, uid, live_of(work, uid))
    with work_as(RITA) as work:
        edit.save(work, uid, text("1", body="Порядок исправлен.\n"), goes_live=True)
    with work_as(OLGA) as work:
        assert queries.to_acknowledge(work) == []
    with work_as(RITA) as work:
        edit.save(work, uid, text("2"), goes_live=True)
    with work_as(OLGA) as work:
        assert [one.uid for one in queries.to_acknowledge(work)] == [uid]
        assert queries.own_reading(work, uid).moment is None


def test_the_list_of_readers_is_for_editors(work_as: WorkAs) -> None:
    with work_as(RITA) as work:
        uid = regulation(work)
        plain = make.page(work, "О нас", "about")
    with work_as(OLGA) as work, pytest.raises(KbError, match=r"act\.forbidden"):
        queries.readers(work, uid)
    with work_as(ELENA) as work, pytest.raises(KbError, match=r"regulation\.not_asked"):
        queries.readers(work, plain)


def test_the_list_says_who_has_read_and_who_has_not(work_as: WorkAs, clock: SetClock) -> None:
    with work_as(SYSTEM) as work:
        uid = regulation(work)
        for login in ("boris", "alla", "gone"):
            roles = frozenset({Role.OPERATOR})
            new = NewUser(login=login, name=login.title(), department="meters", roles=roles)
            made = accounts.invite(work, new)
            if login == "alla":
                row = Acknowledgement(
                    item_uid=uid,
                    revision_uid=live_of(work, uid),
                    user_uid=made.user_uid,
                    version="1",
                    moment=clock.moment,
                )
            if login == "gone":
                accounts.block(work, made.user_uid)
        with work.session.no_autoflush:
            work.session.connection().execute(Acknowledgement.__table__.insert(), _values(row))
    with work_as(ELENA) as work:
        found = queries.readers(work, uid)
    assert found.version == "1"
    assert [(one.name, one.moment) for one in found.done] == [("Alla", clock.moment)]
    assert [(one.name, one.department) for one in found.open] == [("Boris", "meters")]


def _values(row: Acknowledgement) -> dict[str, object]:
    return {name: getattr(row, name) for name in row.__table__.columns.keys()}  # noqa: SIM118


def test_a_token_that_only_reads_has_read_nothing_for_its_owner(work_as: WorkAs) -> None:
    with work_as(RITA) as work:
        uid = regulation(work)
        live = live_of(work, uid)
    with (
        work_as(structs.replace(OLGA, only_reads=True)) as work,
        pytest.raises(KbError, match=r"act\.forbidden"),
    ):
        acknowledge(work, uid, live)
