"""Chosen addresses: refused first, then they lead on and hide nothing, and are taken away."""

from datetime import UTC, datetime

import pytest
from sqlalchemy import select

from kb_service.base.audit import AuditRow
from kb_service.base.errors import KbError
from kb_service.base.ids import Uid
from kb_service.base.work import Work
from kb_service.handbook import queries
from kb_service.handbook.acts import aliases, edit
from kb_service.handbook.queries.addresses import AddressFilter
from tests.conftest import WorkAs
from tests.handbook import make
from tests.persons import ANNA, ELENA, OLGA, RITA, VERA


def question(work: Work) -> Uid:
    return make.question(work, make.topic(work), name="kto")


@pytest.mark.parametrize(("actor", "code"), [(VERA, "session.needed"), (OLGA, "act.forbidden")])
def test_who_may_not_write_adds_and_removes_nothing(
    work_as: WorkAs, actor: object, code: str
) -> None:
    with work_as(RITA) as work:
        uid = question(work)
        aliases.add(work, uid, ["/m1"])
    for do in (
        lambda work: aliases.add(work, uid, ["/m2"]),
        lambda work: aliases.remove(work, ["/m1"]),
        lambda work: queries.addresses_to(work, uid, AddressFilter()),
        lambda work: queries.addresses(work, AddressFilter()),
    ):
        with work_as(actor) as work, pytest.raises(KbError, match=code):
            do(work)


@pytest.mark.parametrize(
    ("path", "code"),
    [
        ("/meters", "item.exists"),
        ("/", "item.exists"),
        ("/api/x", "path.reserved"),
        ("/admin", "path.reserved"),
        ("/@x", "path.wrong"),
        ("/кто", "path.wrong"),
        ("x", "path.wrong"),
        ("/taken", "address.taken"),
    ],
)
def test_an_address_that_cannot_be_is_refused(work_as: WorkAs, path: str, code: str) -> None:
    with work_as(RITA) as work:
        uid = question(work)
        aliases.add(work, uid, ["/taken"])
        with pytest.raises(KbError) as caught:
            aliases.add(work, uid, [path])
        assert caught.value.code == code


@pytest.mark.parametrize("count", [0, 101])
def test_none_and_too_many_are_refused(work_as: WorkAs, count: int) -> None:
    with work_as(RITA) as work, pytest.raises(KbError, match=r"address\.too_many"):
        aliases.add(work, question(work), [f"/a{number}" for number in range(count)])


def test_an_address_leads_on_until_it_is_removed(work_as: WorkAs) -> None:
    with work_as(RITA) as work:
        uid = question(work)
    with work_as(ELENA) as work:
        aliases.add(work, uid, ["/m1"])
        assert queries.moved_to(work, "/m1") == "/meters/kto"
        aliases.remove(work, ["/m1"], uid=uid)
        assert queries.moved_to(work, "/m1") is None
        rows = work.session.scalars(select(AuditRow.act).order_by(AuditRow.seq.desc()).limit(2))
        assert list(rows) == ["address.remove", "address.add"]


def test_an_address_of_another_item_is_not_removed_here(work_as: WorkAs) -> None:
    with work_as(RITA) as work:
        uid = question(work)
        aliases.add(work, uid, ["/m1"])
        with pytest.raises(KbError, match=r"alias\.missing"):
            aliases.remove(work, ["/m1"], uid=make.root(work))
        with pytest.raises(KbError, match=r"alias\.missing"):
            aliases.remove(work, ["/m2"])


def test_what_is_made_at_an_address_is_found_there(work_as: WorkAs) -> None:
    with work_as(RITA) as work:
        aliases.add(work, question(work), ["/m1"])
        made = make.page(work, "Новая страница", "m1")
        assert queries.card_at(work, "/m1").uid == made


def test_addresses_are_listed_newest_first_and_filtered(work_as: WorkAs) -> None:
    first = datetime(2026, 1, 1, tzinfo=UTC)
    with work_as(RITA) as work:
        uid = question(work)
        aliases.add(work, uid, ["/m1"], moment=first)
        edit.move(work, uid, make.root(work), name="neu")
    with work_as(ANNA, write=False) as work:

        def found(**wanted: object) -> list[str]:
            batch = queries.addresses(work, AddressFilter(**wanted))  # type: ignore[arg-type]
            assert batch.total == len(batch.items)
            return [one.path for one in batch.items]

        assert found() == ["/meters/kto", "/m1"]
        assert found(is_manual=True) == ["/m1"]
        assert found(is_manual=False) == ["/meters/kto"]
        assert found(words="METERS") == ["/meters/kto"]
        assert found(words="%") == []
        assert found(before=datetime(2026, 2, 1, tzinfo=UTC)) == ["/m1"]
        assert found(after=first) == ["/meters/kto"]
        view = queries.addresses_to(work, uid, AddressFilter(size=1)).items[0]
        assert (view.target, view.is_manual) == ("/neu", False)
