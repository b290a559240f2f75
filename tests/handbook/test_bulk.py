"""Steps for many items: refused first, then done one by one, once each, as the person who asked."""

from collections.abc import Callable, Sequence

import pytest
from sqlalchemy import select, update

from kb_service.base.audit import AuditRow
from kb_service.base.clock import SetClock
from kb_service.base.db import Database
from kb_service.base.errors import KbError
from kb_service.base.ids import Uid
from kb_service.base.outbox import Job
from kb_service.base.permissions import SYSTEM, Actor, Role
from kb_service.base.work import Work, open_work
from kb_service.handbook import bulk as carrying
from kb_service.handbook import queries
from kb_service.handbook.acts import bulk, edit, locks, sharing, sheets, workflow
from kb_service.handbook.queries.bulk import bulk_refused, bulk_view, bulks, forecast
from kb_service.handbook.rules.bulk import BulkStep, Outcome, uppermost
from kb_service.handbook.tables import Item, Revision
from kb_service.people.acts import accounts
from tests.conftest import WorkAs
from tests.handbook import make
from tests.people import make as account
from tests.persons import ANNA, OLGA, RITA, VERA

Begin = Callable[..., Uid]
TITLES = ("Один?", "Два?", "Три?")


@pytest.fixture
def people(work_as: WorkAs) -> dict[str, Actor]:
    """An editor and a reviewer with accounts, which the worker can look up."""
    found = {}
    for login, role in (("elena", Role.EDITOR), ("rita", Role.REVIEWER)):
        uid = account.account(work_as, login, role, password=None)
        found[login] = Actor(login, login.title(), frozenset({role}), uid=Uid(uid))
    return found


@pytest.fixture
def three(work_as: WorkAs) -> list[Uid]:
    """Three private questions in a live topic."""
    with work_as(RITA) as work:
        topic = make.topic(work)
        return [make.question(work, topic, title, live=False) for title in TITLES]


def run(database: Database, clock: SetClock, uid: str) -> None:
    """Let all have their turn, as the worker does."""
    while carrying.portion(database, clock, uid):
        pass


def begun(work_as: WorkAs, actor: Actor, step: BulkStep, uids: Sequence[str], **wanted: str) -> Uid:
    with work_as(actor) as work:
        return bulk.begin(work, step, uids, wanted)


def states(work_as: WorkAs, uids: Sequence[str]) -> list[str]:
    with work_as(SYSTEM, write=False) as work:
        return [work.session.get_one(Item, uid).state for uid in uids]


@pytest.mark.parametrize("actor", [VERA, OLGA])
def test_who_edits_nothing_begins_nothing(work_as: WorkAs, three: list[Uid], actor: Actor) -> None:
    with work_as(actor) as work, pytest.raises(KbError) as caught:
        bulk.begin(work, BulkStep.TRASH, three, {})
    # They do not even see the drafts.
    assert caught.value.code == "bulk.empty"


def test_an_editor_publishes_nothing(
    work_as: WorkAs, three: list[Uid], people: dict[str, Actor]
) -> None:
    with work_as(people["elena"]) as work, pytest.raises(KbError, match=r"act\.forbidden"):
        bulk.begin(work, BulkStep.PUBLISH, three, {})


@pytest.mark.parametrize(
    ("step", "wanted", "code"),
    [
        (BulkStep.OWNER, {}, "bulk.wrong"),
        (BulkStep.MOVE, {"parent": "meters"}, "bulk.wrong"),
        (BulkStep.REVIEW, {"day": "31.12.2026"}, "bulk.wrong"),
    ],
)
def test_a_step_needs_what_it_needs(
    work_as: WorkAs, three: list[Uid], step: BulkStep, wanted: dict[str, str], code: str
) -> None:
    with work_as(RITA) as work, pytest.raises(KbError, match=code.replace(".", r"\.")):
        bulk.begin(work, step, three, wanted)


def test_the_house_itself_begins_nothing(work_as: WorkAs, three: list[Uid]) -> None:
    with work_as(SYSTEM) as work, pytest.raises(KbError, match=r"bulk\.no_account"):
        bulk.begin(work, BulkStep.PUBLISH, three, {})


def test_each_is_done_as_the_person_who_asked(
    work_as: WorkAs, database: Database, clock: SetClock, three: list[Uid], people: dict[str, Actor]
) -> None:
    uid = begun(work_as, people["rita"], BulkStep.PUBLISH, three)
    with work_as(people["rita"], write=False) as work:
        (job,) = work.session.scalars(select(Job).where(Job.kind == "handbook.bulk"))
        assert job.payload == {"bulk": uid}
    run(database, clock, uid)
    assert states(work_as, three) == ["published"] * 3
    with work_as(people["rita"], write=False) as work:
        view = bulk_view(work, uid)
        assert (view.total, view.done, view.left, view.is_over) == (3, 3, 0, True)
        acts = work.session.execute(
            select(AuditRow.act, AuditRow.actor)
            .where(AuditRow.actor_uid == people["rita"].uid)
            .order_by(AuditRow.seq)
        ).all()
        assert [tuple(one) for one in acts] == [
            ("bulk.begin", "rita"), *[("item.publish", "rita")] * 3,
        ]  # fmt: skip


def test_what_is_refused_says_why_and_the_others_are_done(
    work_as: WorkAs, database: Database, clock: SetClock, three: list[Uid], people: dict[str, Actor]
) -> None:
    with work_as(RITA) as work:
        workflow.archive(work, three[1])
    uid = begun(work_as, people["rita"], BulkStep.PUBLISH, three)
    run(database, clock, uid)
    assert states(work_as, three) == ["published", "archived", "published"]
    with work_as(people["rita"], write=False) as work:
        (refused,) = bulk_refused(work, uid)
        assert (refused.title, refused.error.code) == ("Два?", "workflow.impossible")
        assert bulk_view(work, uid).done == 2


def test_rights_are_those_of_the_moment_of_each_turn(
    work_as: WorkAs, database: Database, clock: SetClock, three: list[Uid], people: dict[str, Actor]
) -> None:
    uid = begun(work_as, people["rita"], BulkStep.PUBLISH, three)
    carrying._next(database, clock, uid)
    with work_as(ANNA) as work:
        accounts.block(work, people["rita"].uid)
    run(database, clock, uid)
    assert states(work_as, three).count("published") == 1
    with work_as(ANNA, write=False) as work:
        assert {one.error.code for one in bulk_refused(work, uid)} == {"bulk.author_gone"}
        assert bulk_view(work, uid).refused == 2


def test_local_roles_count(
    work_as: WorkAs, database: Database, clock: SetClock, three: list[Uid]
) -> None:
    login = account.account(work_as, "petr", password=None)
    with work_as(ANNA) as work:
        topic = work.session.get_one(Item, three[0]).parent_uid or ""
        sharing.share(work, topic, roles={("user", "petr"): ["reviewer"]})
        other = make.question(work, make.topic(work, "Прочее", "other"), live=False)
    petr = Actor("petr", "Petr", frozenset({Role.OPERATOR}), uid=login)
    with work_as(petr) as work:
        work.as_actor(queries.with_local_roles(work, petr))
        # What lies elsewhere as a draft they do not see.
        uid = bulk.begin(work, BulkStep.PUBLISH, [*three, other], {})
    run(database, clock, uid)
    assert states(work_as, [*three, other]) == [*["published"] * 3, "private"]


def test_four_eyes_hold_for_many_too(
    work_as: WorkAs, database: Database, clock: SetClock, three: list[Uid], people: dict[str, Actor]
) -> None:
    with work_as(ANNA) as work:
        sheets.save(work, "company", "short_name: Т\nrules: {four_eyes: true}\n")
    with work_as(people["rita"]) as work:
        edit.save(work, three[0], make.question_text("Один, мой?"))
    uid = begun(work_as, people["rita"], BulkStep.PUBLISH, three)
    run(database, clock, uid)
    with work_as(people["rita"], write=False) as work:
        found = [(one.uid, one.error.code) for one in bulk_refused(work, uid)]
    # All three were written by a reviewer called rita.
    assert found == [(one, "workflow.four_eyes") for one in sorted_by_path(work_as, three)]


def sorted_by_path(work_as: WorkAs, uids: Sequence[Uid]) -> list[Uid]:
    with work_as(SYSTEM, write=False) as work:
        return sorted(uids, key=lambda uid: work.session.get_one(Item, uid).path)


def test_what_was_stopped_goes_no_further(
    work_as: WorkAs, database: Database, clock: SetClock, three: list[Uid], people: dict[str, Actor]
) -> None:
    uid = begun(work_as, people["rita"], BulkStep.PUBLISH, three)
    carrying._next(database, clock, uid)
    with work_as(people["elena"]) as work, pytest.raises(KbError, match=r"bulk\.missing"):
        bulk.stop(work, uid)
    with work_as(people["rita"]) as work:
        bulk.stop(work, uid)
    with work_as(people["rita"]) as work, pytest.raises(KbError, match=r"bulk\.over"):
        bulk.stop(work, uid)
    run(database, clock, uid)
    assert states(work_as, three).count("published") == 1
    with work_as(people["rita"], write=False) as work:
        view = bulk_view(work, uid)
        assert (view.tried, view.left, view.is_over, view.stopped_by) == (1, 2, True, "rita")


def test_only_its_author_and_who_looks_after_jobs_see_it(
    work_as: WorkAs, three: list[Uid], people: dict[str, Actor]
) -> None:
    uid = begun(work_as, people["rita"], BulkStep.PUBLISH, three)
    for actor in (VERA, OLGA, people["elena"]):
        with work_as(actor, write=False) as work:
            with pytest.raises(KbError, match=r"bulk\.missing"):
                bulk_view(work, uid)
            assert bulks(work).total == 0
    with work_as(ANNA, write=False) as work:
        assert bulks(work).items[0].uid == uid


def test_a_defect_of_one_item_does_not_keep_the_others(
    work_as: WorkAs, database: Database, clock: SetClock, three: list[Uid], people: dict[str, Actor]
) -> None:
    uid = begun(work_as, people["rita"], BulkStep.PUBLISH, three)
    broken = sorted_by_path(work_as, three)[0]
    with work_as(RITA) as work:
        # A text that can be read no more, as a defect of ours might leave it.
        latest = work.session.get_one(Item, broken).latest_uid
        wrong = update(Revision).where(Revision.uid == latest).values(uid=f"{0:032x}")
        work.session.connection().execute(wrong)
    run(database, clock, uid)
    with work_as(people["rita"], write=False) as work:
        assert len(bulk_refused(work, uid)) == 1
        assert bulk_view(work, uid).done == 2


CASES: list[tuple[BulkStep, dict[str, str]]] = [
    *((BulkStep(name), {}) for name in ("submit", "publish", "reject", "retract", "archive")),
    (BulkStep.RESTORE, {}),
    (BulkStep.OWNER, {"owner": "Сбыт"}),
    (BulkStep.REVIEW, {"day": "2027-03-01"}),
    (BulkStep.TAG, {"tag": "счётчик"}),
    (BulkStep.UNTAG, {"tag": "счётчик"}),
    (BulkStep.RETAG, {"tag": "счётчик", "to": "прибор"}),
    (BulkStep.MOVE, {"parent": "other"}),
    (BulkStep.TRASH, {}),
]


@pytest.mark.parametrize("who", ["elena", "rita"])
@pytest.mark.parametrize("case", CASES, ids=[str(step) for step, _ in CASES])
def test_what_was_forecast_is_what_happens(
    work_as: WorkAs,
    database: Database,
    clock: SetClock,
    people: dict[str, Actor],
    case: tuple[BulkStep, dict[str, str]],
    who: str,
) -> None:
    step, wanted = case
    with work_as(ANNA) as work:
        uids, other = mixed(work)
        locks.take(work, uids[1])
    if "parent" in wanted:
        wanted = {"parent": other}
    with work_as(people[who], write=False) as work:
        told = forecast(work, step, uids, wanted)
    if all(one.outcome == Outcome.REFUSED for one in told):
        assert {one.error.code for one in told if one.error} == {"act.forbidden"}
        return
    uid = begun(work_as, people[who], step, uids, **wanted)
    run(database, clock, uid)
    with work_as(people[who], write=False) as work:
        refused = {one.uid: one.error.code for one in bulk_refused(work, uid)}
        view = bulk_view(work, uid)
    assert {one.uid: one.error.code for one in told if one.error} == refused
    assert sum(one.outcome == Outcome.SAME for one in told) == view.same


def mixed(work: Work) -> tuple[list[Uid], Uid]:
    """Items in every state, with and without a newer text, one scheduled; and another topic."""
    topic, other = make.topic(work), make.topic(work, "Прочее", "other")
    tags = ["счётчик"]
    live = make.question(work, topic, "Жив?", name="live", tags=tags)
    draft = make.question(work, topic, "Новее?", name="draft", tags=tags)
    edit.save(work, draft, make.question_text("Ещё новее?", tags=tags))
    pending = make.question(work, topic, "Ждёт?", name="pending", live=False)
    workflow.submit(work, pending)
    private = make.question(work, topic, "Свой?", name="private", live=False, owner="Сбыт")
    archived = make.question(work, topic, "В архиве?", name="archived")
    workflow.archive(work, archived)
    later = make.question(work, topic, "Потом?", name="later")
    edit.save(work, later, make.question_text("Позже?", publish_at="2026-12-24T09:00:00+03:00"))
    workflow.publish(work, later)
    make.question(work, other, "Занято?", name="live")
    there = make.question(work, other, "Уже там?", name="there", tags=tags)
    return [live, draft, pending, private, archived, later, there], other


def test_what_lies_below_comes_along_where_it_is_asked(
    work_as: WorkAs, database: Database, clock: SetClock, three: list[Uid], people: dict[str, Actor]
) -> None:
    with work_as(people["rita"]) as work:
        topic = work.session.get_one(Item, three[0]).parent_uid or ""
        uid = bulk.begin(work, BulkStep.OWNER, [topic], {"owner": "Сбыт"}, is_deep=True)
        assert bulk_view(work, uid).total == 4
        thrown = bulk.begin(work, BulkStep.TRASH, [topic, *three], {})
        assert bulk_view(work, thrown).total == 1


def test_of_paths_the_uppermost_are_enough() -> None:
    paths = ["/a", "/a/b", "/a-b", "/a-b/c/d", "/c/d"]
    assert uppermost(paths) == {"/a", "/a-b", "/c/d"}


def half_done(work: Work, uid: Uid) -> None:
    """Let the next item have its turn, and die before anything is kept."""
    row = carrying._waiting(work, uid)
    assert row is not None
    workflow.publish(work, row.item_uid)
    row.outcome = Outcome.DONE
    work.session.flush()
    raise SystemExit


def test_a_machine_that_dies_in_between_does_nothing_twice(
    fresh_database: Database, clock: SetClock
) -> None:
    with open_work(fresh_database, SYSTEM, clock) as work:
        rita = account.invite(work, "rita", name="Rita", roles=[Role.REVIEWER]).user_uid
        topic = make.topic(work)
        uids = [make.question(work, topic, title, live=False) for title in TITLES]
    person = Actor("rita", "Rita", frozenset({Role.REVIEWER}), uid=Uid(rita))
    with open_work(fresh_database, person, clock) as work:
        uid = bulk.begin(work, BulkStep.PUBLISH, uids, {})
    carrying._next(fresh_database, clock, uid)
    # It dies after the act and before the commit: neither the step nor the note of it is kept.
    with pytest.raises(SystemExit), open_work(fresh_database, SYSTEM, clock) as work:
        half_done(work, uid)
    with open_work(fresh_database, person, clock, write=False) as work:
        assert bulk_view(work, uid).done == 1
    run(fresh_database, clock, uid)
    with open_work(fresh_database, person, clock, write=False) as work:
        assert bulk_view(work, uid).done == 3
        steps = [[step.action for step in queries.transitions(work, one)] for one in uids]
        assert steps == [["publish"]] * 3
