"""Toy acts over the job table and a sheet, for tests of the mechanism itself.

The handbook's `Sheet` is the smallest audited table of the house.
"""

from kb_service.base.errors import conflict
from kb_service.base.permissions import Permission
from kb_service.base.work import Work, act
from kb_service.handbook.tables import Sheet


def sheet(work: Work, name: str, text: str = "a: 1") -> Sheet:
    return Sheet(name=name, text=text, sha256="0" * 64, number=1, modified=work.now)


@act("toy.add")
def add(work: Work, name: str, text: str = "a: 1", *, reason: str = "") -> Sheet:
    work.allow(Permission.MANAGE_COMPANY)
    row = sheet(work, name, text)
    work.session.add(row)
    return row


@act("toy.change")
def change(work: Work, name: str, text: str, *, reason: str = "") -> None:
    row = work.get(Sheet, name, Permission.MANAGE_COMPANY)
    row.text = text
    row.number += 1


@act("toy.remove")
def remove(work: Work, name: str) -> None:
    work.session.delete(work.get(Sheet, name, Permission.MANAGE_COMPANY))


@act("toy.forget_to_ask")
def forget_to_ask(work: Work, name: str) -> None:
    work.session.add(sheet(work, name))


@act("toy.fail_halfway")
def fail_halfway(work: Work, name: str) -> None:
    work.allow(Permission.MANAGE_COMPANY)
    work.session.add(sheet(work, name))
    raise conflict("toy.failed")


@act("toy.refuse")
def refuse(work: Work) -> None:
    work.allow(Permission.MANAGE_COMPANY)
    raise conflict("toy.failed")


@act("toy.look", always=True)
def look(work: Work) -> str:
    work.allow(Permission.MANAGE_COMPANY)
    return "seen"


@act("toy.outer")
def outer(work: Work) -> None:
    add(work, "outer_before")
    work.session.add(sheet(work, "outer_own"))
    change(work, "outer_before", "b: 2")


@act("toy.note")
def note(work: Work) -> None:
    work.allow(Permission.MANAGE_COMPANY)
    work.note("toy", "1", kind="ball")
