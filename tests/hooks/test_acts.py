"""What administrators do with hooks; everybody else is refused."""

from collections.abc import Callable

import pytest
from sqlalchemy import select

from kb_service.base.audit import AuditRow
from kb_service.base.errors import KbError
from kb_service.base.outbox import Job
from kb_service.base.permissions import SYSTEM
from kb_service.base.work import Work
from kb_service.hooks import queries
from kb_service.hooks.acts import hooks
from kb_service.hooks.rules import hosts_of
from kb_service.hooks.schemas import MadeHook, Policy
from kb_service.hooks.tables import Delivery, Hook, Look
from tests.conftest import WorkAs
from tests.persons import ANNA, EVERYBODY

POLICY = Policy(hosts_of("hooks.example.org"))
URL = "https://hooks.example.org/in"
ACTS: dict[str, Callable[[Work, str], object]] = {
    "add": lambda work, _uid: hooks.add(work, URL, ["item.published"], POLICY),
    "change": lambda work, uid: hooks.change(work, uid, URL, ["item.moved"], POLICY),
    "pause": hooks.pause,
    "wake": hooks.wake,
    "remove": hooks.remove,
    "test": hooks.test,
    "list": lambda work, _uid: queries.hooks(work),
    "deliveries": queries.deliveries,
}


def made(work_as: WorkAs) -> MadeHook:
    with work_as(ANNA) as work:
        return hooks.add(work, URL, ["item.published", "fact.changed"], POLICY)


def last_row(work: Work) -> AuditRow:
    row = work.session.scalar(select(AuditRow).order_by(AuditRow.seq.desc()).limit(1))
    assert row is not None
    return row


@pytest.mark.parametrize("name", ACTS)
def test_only_administrators_handle_hooks(work_as: WorkAs, name: str) -> None:
    uid = made(work_as).uid
    for actor in set(EVERYBODY) - {ANNA}:
        with (
            work_as(actor) as work,
            pytest.raises(KbError, match=r"act\.forbidden|session\.needed"),
        ):
            ACTS[name](work, uid)


@pytest.mark.parametrize("name", sorted(set(ACTS) - {"add", "list", "deliveries"}))
def test_a_hook_that_is_not_there_is_missing(work_as: WorkAs, name: str) -> None:
    with work_as(ANNA) as work, pytest.raises(KbError, match=r"hook\.missing"):
        ACTS[name](work, "0" * 32)


@pytest.mark.parametrize(
    ("url", "events", "field"),
    [
        ("https://evil.example/", ["item.published"], "url"),
        ("http://hooks.example.org/", ["item.published"], "url"),
        (URL, [], "events"),
        (URL, ["hook.test"], "events"),
    ],
)
def test_what_is_wrong_is_told_at_its_field(
    work_as: WorkAs, url: str, events: list[str], field: str
) -> None:
    uid = made(work_as).uid
    for wrong in (
        lambda work: hooks.add(work, url, events, POLICY),
        lambda work: hooks.change(work, uid, url, events, POLICY),
    ):
        with pytest.raises(KbError, match=r"hook\.wrong") as caught, work_as(ANNA) as work:
            wrong(work)
        assert [one.field for one in caught.value.fields] == [field]
    with work_as(ANNA) as work:
        assert [(one.url, len(one.events)) for one in queries.hooks(work)] == [(URL, 2)]


def test_a_hook_is_made_and_its_secret_stands_in_no_journal(work_as: WorkAs) -> None:
    new = made(work_as)
    with work_as(ANNA) as work:
        (hook,) = queries.hooks(work)
        row = last_row(work)
        assert (row.act, row.actor, row.object_uid) == ("hook.add", "anna", new.uid)
        assert (len(new.secret), new.secret in str(row.changes)) == (43, False)
        assert "secret" not in hook.__struct_fields__
        assert (hook.is_active, hook.creator, hook.delivered_at) == (True, "anna", None)
        assert work.session.get(Look, "all") is not None


def test_a_hook_is_paused_and_woken(work_as: WorkAs) -> None:
    uid = made(work_as).uid
    for name, is_active in (("pause", False), ("wake", True)):
        with work_as(ANNA) as work:
            ACTS[name](work, uid)
            assert queries.hooks(work)[0].is_active is is_active
            assert last_row(work).act == f"hook.{name}"


def test_a_changed_hook_keeps_its_secret(work_as: WorkAs) -> None:
    new = made(work_as)
    with work_as(ANNA) as work:
        hooks.change(work, new.uid, f"{URL}/2", ["item.moved"], POLICY)
        row = work.session.get_one(Hook, new.uid)
        assert (row.url, row.events, row.secret) == (f"{URL}/2", ["item.moved"], new.secret)
        assert last_row(work).act == "hook.change"


def test_a_removed_hook_takes_its_deliveries_along(work_as: WorkAs) -> None:
    uid = made(work_as).uid
    with work_as(ANNA) as work:
        hooks.test(work, uid)
        assert [job.kind for job in work.session.scalars(select(Job))] == ["hooks.send"]
        hooks.remove(work, uid)
        assert queries.hooks(work) == []
        assert work.session.scalars(select(Delivery)).all() == []
        assert last_row(work).act == "hook.remove"


def test_without_hooks_a_look_costs_two_small_statements(work_as: WorkAs) -> None:
    with work_as(SYSTEM, write=False) as work:
        assert queries.has_news(work) is False
