"""Departments: refused first, then described and filled, and what the journal says."""

from collections.abc import Callable

import pytest
from sqlalchemy import select

from kb_service.base.audit import AuditRow
from kb_service.base.errors import KbError
from kb_service.base.permissions import SYSTEM, Actor, Role
from kb_service.base.work import Work
from kb_service.people import queries
from kb_service.people.acts import accounts, departments, setup
from kb_service.people.schemas import DepartmentCard
from kb_service.people.tables import User
from tests.conftest import WorkAs
from tests.people import make
from tests.persons import ANNA, OLGA, RITA, VERA

ACTS: dict[str, Callable[[Work], object]] = {
    "create": lambda work: departments.create(work, DepartmentCard(name="новый")),
    "change": lambda work: departments.change(work, DepartmentCard(name="metering")),
    "remove": lambda work: departments.remove(work, "metering"),
    "list": queries.departments,
}


@pytest.mark.parametrize("name", ACTS)
@pytest.mark.parametrize(
    ("person", "code"),
    [(VERA, "session.needed"), (OLGA, "act.forbidden"), (RITA, "act.forbidden")],
    ids=["visitor", "operator", "reviewer"],
)
def test_only_administrators_manage_departments(
    work_as: WorkAs, name: str, person: Actor, code: str
) -> None:
    with pytest.raises(KbError) as caught, work_as(person) as work:
        ACTS[name](work)
    assert caught.value.code == code


@pytest.mark.parametrize(
    ("card", "field"),
    [
        (DepartmentCard(name=""), "groupname"),
        (DepartmentCard(name="a/b"), "groupname"),
        (DepartmentCard(name=" a"), "groupname"),
        (DepartmentCard(name="@a"), "groupname"),
        (DepartmentCard(name="я" * 81), "groupname"),
        (DepartmentCard(name="a", title="\0"), "title"),
        (DepartmentCard(name="a", description="я" * 2001), "description"),
        (DepartmentCard(name="a", email="нет"), "email"),
    ],
)
def test_a_department_that_cannot_be_is_refused(
    work_as: WorkAs, card: DepartmentCard, field: str
) -> None:
    with pytest.raises(KbError) as caught, work_as(ANNA) as work:
        departments.create(work, card)
    assert [one.field for one in caught.value.fields] == [field]


def test_a_department_is_described_once_and_anew(work_as: WorkAs) -> None:
    with work_as(ANNA) as work:
        departments.create(work, DepartmentCard(name="учёт", title="Отдел учёта"))
    with pytest.raises(KbError, match=r"department\.wrong"), work_as(ANNA) as work:
        departments.create(work, DepartmentCard(name="учёт"))
    with work_as(ANNA) as work:
        departments.change(work, DepartmentCard(name="учёт", title="Учёт", email="u@x.ru"))
    with work_as(ANNA, write=False) as work:
        view = queries.department(work, "учёт")
    assert (view.title, view.email, view.members) == ("Учёт", "u@x.ru", [])


def test_what_accounts_name_is_a_department_too(work_as: WorkAs) -> None:
    with work_as(ANNA) as work:
        make.invite(work, "olga", name="Ольга", roles=[Role.OPERATOR], department="линия")
    with work_as(ANNA, write=False) as work:
        assert [one.members for one in queries.departments(work)] == [["olga"]]
    with work_as(OLGA, write=False) as work:
        assert queries.department_titles(work) == {"линия": "линия"}
    with work_as(ANNA) as work:
        departments.change(work, DepartmentCard(name="линия", title="Линия"))
    with work_as(OLGA, write=False) as work:
        assert queries.department_titles(work) == {"линия": "Линия"}


def test_members_are_accounts_that_are_changed(work_as: WorkAs) -> None:
    make.account(work_as, "olga")
    with work_as(ANNA) as work:
        departments.create(work, DepartmentCard(name="a"), {"Olga": True})
    with work_as(ANNA) as work:
        departments.create(work, DepartmentCard(name="b"), {"olga": True})
    with work_as(ANNA, write=False) as work:
        assert {one.name: one.members for one in queries.departments(work)} == {
            "a": [],
            "b": ["olga"],
        }
        acts = list(work.session.scalars(select(AuditRow.act).order_by(AuditRow.seq)))
    assert acts[-4:] == ["user.change", "department.create"] * 2


def test_an_unknown_member_is_refused_and_nothing_is_kept(work_as: WorkAs) -> None:
    with pytest.raises(KbError, match=r"user\.missing"), work_as(ANNA) as work:
        departments.create(work, DepartmentCard(name="a"), {"nobody": True})
    with work_as(ANNA, write=False) as work:
        assert queries.departments(work) == []


def test_a_department_that_goes_leaves_its_members(work_as: WorkAs) -> None:
    with work_as(ANNA) as work:
        departments.create(work, DepartmentCard(name="a"))
        make.invite(work, "olga", name="Ольга", roles=[Role.OPERATOR], department="a")
    with work_as(ANNA) as work:
        departments.remove(work, "a")
    with work_as(ANNA, write=False) as work:
        assert queries.departments(work) == []
        assert queries.user_by_login(work, "olga").department == ""
    with pytest.raises(KbError, match=r"department\.missing"), work_as(ANNA) as work:
        departments.remove(work, "a")


def test_the_demonstration_makes_no_department(work_as: WorkAs) -> None:
    with work_as(SYSTEM) as work:
        setup.make_demo(work, {Role.ADMINISTRATOR: "Администратор"}, "hash")
        user = work.session.scalar(select(User))
        actor = make.actor(work, user.uid)
    with pytest.raises(KbError, match=r"user\.demo_only"), work_as(actor) as work:
        departments.create(work, DepartmentCard(name="a"))


def test_colleagues_are_those_who_can_sign_in(work_as: WorkAs) -> None:
    uid = make.account(work_as, "olga")
    make.account(work_as, "elena", Role.EDITOR)
    with work_as(OLGA, write=False) as work:
        assert queries.colleagues(work, q="ELE") == [("elena", "Elena")]
    with work_as(ANNA) as work:
        accounts.block(work, uid)
    with work_as(OLGA, write=False) as work:
        assert [login for login, _name in queries.colleagues(work)] == ["elena"]
    with pytest.raises(KbError, match=r"session\.needed"), work_as(VERA, write=False) as work:
        queries.colleagues(work)
