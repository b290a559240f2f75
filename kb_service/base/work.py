"""Work, the first parameter of every act and query, and `@act`: permission, audit, write guard.

One unit of work has one session, one actor and one moment. Inside `@act` changes are flushed under
the act that made them and written to the audit chain; a change outside an act, or a bulk statement
past the ORM, raises `UnauditedChange`; an act that asked for no permission raises `UnaskedAct`.
"""

import functools
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date, datetime
from typing import Any, Concatenate, ParamSpec, TypeVar

import msgspec
from sqlalchemy import Select, TextClause, event, inspect, select
from sqlalchemy.orm import InstanceState, ORMExecuteState, Session, SessionTransaction

from kb_service.base import audit, outbox
from kb_service.base.clock import Clock
from kb_service.base.db import HELD, Base, Database
from kb_service.base.errors import forbidden, missing, unauthenticated
from kb_service.base.permissions import Actor, Permission, may, may_somewhere

P = ParamSpec("P")
R = TypeVar("R")
Row = TypeVar("Row", bound=Base)

# Tables written without an act, each with the reason why nobody needs to answer for a row of it.
QUIET: dict[str, str] = {
    "audit": "it is the journal itself",
    "job": "consequences of acts that are audited",
    "session": "signing in and out are acts; the row's last use is not",
    "search_event": "what was asked, without personal data, written in batches",
    "vector": "computed from texts, can be computed again",
    "file_state": "what the service remembers of files it wrote or read",
    "change": "the sequence by which readers notice content changes",
    "item_link": "read from texts, can be read again",
    "lock": "who is writing now; forgotten by itself, and taking one away is an act with its row",
    "autosave": "unsaved text of one account, replaced all the time",
    "draft_text": "a reply that is being typed, replaced all the time; its versions are acts",
    "draft_writer": "who is writing now; forgotten by itself, and taking over is an act",
    "attempt": "counts of failed sign-ins, forgotten by themselves",
    "known_address": "where sign-ins came from, by hashes, forgotten by themselves",
    "delivery": "what is sent because of changes that are audited",
    "told": "what the world was last seen to see, computed from items",
    "look": "how far hooks have been told",
    "bulk_row": "how far a step for many is; what it does to an item is an act of its own",
    "repeat": "answers that were given, for who asks the same again; forgotten after a day",
    "rating": "visitors' «did this help», without a person behind it",
}
_LONG_TEXT = 200
_UID_LENGTH = 64


class UnauditedChange(Exception):  # noqa: N818 - a defect of ours, named for what happened
    """Something was to be written that no act answers for."""


class UnaskedAct(Exception):  # noqa: N818 - a defect of ours, named for what happened
    """An act ended without having asked for a permission."""


class _Scope(msgspec.Struct):
    """An open act: what it asked, touched and changed."""

    name: str
    asked: bool = False
    target: tuple[str, str] | None = None
    changes: list[dict[str, Any]] = []


class Work:
    """One unit of work: session, actor, moment; loading with permission; jobs for afterwards."""

    def __init__(self, session: Session, actor: Actor, clock: Clock, database: Database) -> None:
        self.session = session
        self.actor = actor
        self.clock = clock
        self.database = database
        self.now: datetime = clock.now()
        self.has_left_jobs = False
        self._scopes: list[_Scope] = []
        self._spoilt_in: SessionTransaction | None = None
        self._has_written = False
        event.listen(session, "before_flush", self._record)
        event.listen(session, "do_orm_execute", self._refuse_bulk)
        event.listen(session, "before_commit", self._refuse_spoilt)
        event.listen(session, "after_soft_rollback", self._forget_spoilt)

    @property
    def today(self) -> date:
        """The present day in the company's time zone."""
        return self.now.astimezone(self.clock.zone).date()

    def as_actor(self, actor: Actor) -> None:
        """Go on as somebody else: only signing in and the house's own work do this."""
        self.actor = actor

    def may(self, permission: Permission, target: Any = None) -> bool:
        """Say whether the actor may; for hiding a button, never as the only defence."""
        return may(self.actor, permission, target)

    def allow(self, permission: Permission, target: Any = None) -> None:
        """Ask for a permission that has no row to load. Raises: session.needed, act.forbidden."""
        self._asked()
        if not may(self.actor, permission, target):
            raise self._refusal(permission)

    def allow_somewhere(self, permission: Permission) -> None:
        """Refuse at the door who may do this nowhere; the place itself is asked with its row.

        Raises: session.needed, act.forbidden.
        """
        if not may_somewhere(self.actor, permission):
            raise self._refusal(permission)

    def get(self, table: type[Row], uid: str, permission: Permission) -> Row:
        """Load a row and ask for the permission on it.

        A row whose very existence the actor may not know is missing to them.
        Raises: <table>.missing, session.needed, act.forbidden.
        """
        self._asked()
        noun = table.__tablename__
        # Within an act the row is held until the end (SQLite holds all of it anyway): what an act
        # decides from it stays true until it is written.
        is_held = bool(self._scopes) and not self.database.is_sqlite
        lock = HELD if is_held else None
        row = self.session.get(table, uid, with_for_update=lock, populate_existing=is_held)
        if row is None:
            raise missing(f"{noun}.missing", uid=uid)
        if not may(self.actor, permission, row):  # type: ignore[arg-type]  # rows have states
            if hasattr(row, "state") and not may(self.actor, Permission.VIEW, row):
                raise missing(f"{noun}.missing", uid=uid)
            raise self._refusal(permission)
        if self._scopes and self._scopes[-1].target is None:
            self._scopes[-1].target = (noun, uid)
        return row

    def later(self, kind: str, *, run_at: datetime | None = None, **payload: Any) -> None:
        """Leave a job that is done after this unit has committed, and only if it does."""
        outbox.add(self.session, kind, payload, run_at or self.now, self.now)
        self.has_left_jobs = True

    def about(self, kind: str, uid: str) -> None:
        """Say which object the open act is about, where it is not the first one that was loaded."""
        self._scopes[-1].target = (kind, uid)

    def note(self, kind: str, uid: str, /, **values: Any) -> None:
        """Say in the open act's row what no audited column shows: plain values, nothing secret."""
        fields = {name: [None, value] for name, value in values.items()}
        self._scopes[-1].changes.append({"kind": kind, "uid": uid, "fields": fields})

    def pause(self) -> None:
        """Let the transaction go before slow work, such as hashing a password.

        The next statement begins a new one, which may see other rows. Nothing may have been
        changed before.
        """
        if self._has_written or self.session.new or self.session.dirty or self.session.deleted:
            raise RuntimeError("too late to pause: this unit has changed something")
        self.database.let_go(self.session)

    def _refusal(self, permission: Permission) -> Exception:
        if not self.actor.is_staff:
            return unauthenticated("session.needed", permission=str(permission))
        return forbidden("act.forbidden", permission=str(permission))

    def _asked(self) -> None:
        for scope in self._scopes:
            scope.asked = True

    def _record(self, session: Session, _context: object, _instances: object) -> None:
        for row in [*session.new, *session.dirty, *session.deleted]:
            table = str(row.__tablename__)
            self._has_written = True
            if table in QUIET:
                continue
            change = _difference(row, table, is_deleted=row in session.deleted)
            if change is None:
                continue
            if not self._scopes:
                raise UnauditedChange(f"{table} was changed outside an act")
            self._scopes[-1].changes.append(change)

    def _refuse_bulk(self, state: ORMExecuteState) -> None:
        if isinstance(state.statement, TextClause):
            if not state.statement.text.lstrip().lower().startswith("select"):
                raise UnauditedChange("a statement in words is for reading only")
            return
        if not (state.is_insert or state.is_update or state.is_delete):
            return
        self._has_written = True
        mapper = state.bind_mapper
        table = mapper.local_table.name if mapper is not None else "?"  # type: ignore[attr-defined]
        if table not in QUIET:
            raise UnauditedChange(f"{table} was changed by a bulk statement")

    def _refuse_spoilt(self, _session: Session) -> None:
        if self._spoilt_in is not None:
            raise UnauditedChange("an act that failed had changed something already")

    def _spoil(self) -> None:
        session = self.session
        self._spoilt_in = session.get_nested_transaction() or session.get_transaction()

    def _forget_spoilt(self, _session: Session, rolled_back: SessionTransaction) -> None:
        within = self._spoilt_in
        while within is not None and within is not rolled_back:
            within = within.parent
        if within is not None:
            self._spoilt_in = None


@contextmanager
def open_work(
    database: Database, actor: Actor, clock: Clock, *, write: bool = True
) -> Iterator[Work]:
    """Open a unit of work; what was done in it is kept when the block ends without an error."""
    with database.unit(write=write) as session:
        yield Work(session, actor, clock, database)


def act(
    name: str, *, always: bool = False
) -> Callable[[Callable[Concatenate[Work, P], R]], Callable[Concatenate[Work, P], R]]:
    """Mark one thing that a person does: `noun.verb`, audited, permission asked.

    `always` writes the row even if nothing in the database changed (a sign-in, a look at secrets).
    The reason in the row is the act's `reason` or `comment`.
    """

    def mark(
        function: Callable[Concatenate[Work, P], R],
    ) -> Callable[Concatenate[Work, P], R]:
        @functools.wraps(function)
        def audited(work: Work, /, *args: P.args, **kwargs: P.kwargs) -> R:
            # Changes made so far belong to the act around this one.
            work.session.flush()
            scope = _Scope(name)
            work._scopes.append(scope)  # noqa: SLF001 - the other half of this mechanism
            try:
                result = function(work, *args, **kwargs)
                work.session.flush()
            except BaseException:
                # Who catches this must not keep half an act that has no row in the journal.
                if scope.changes or _is_dirty(work.session):
                    work._spoil()  # noqa: SLF001
                raise
            finally:
                work._scopes.pop()  # noqa: SLF001
            if not scope.asked and not work.actor.is_system:
                raise UnaskedAct(name)
            if scope.changes or always:
                _write_row(work, scope, str(kwargs.get("reason") or kwargs.get("comment") or ""))
            return result

        audited.act_name = name  # type: ignore[attr-defined]  # read by tests/test_house.py
        return audited

    return mark


Reader = Callable[[Work, Select[Any]], Select[Any]]
_READERS: dict[type[Base], Reader] = {}


def reads(table: type[Base]) -> Callable[[Reader], Reader]:
    """Register the one function that narrows a table to what an actor may see."""

    def register(reader: Reader) -> Reader:
        _READERS[table] = reader
        return reader

    return register


def readable(work: Work, table: type[Row], permission: Permission | None = None) -> Select[Row]:
    """Give the SELECT that every query starts from: only rows that this actor may see.

    With a permission the whole table is open to who holds it; without, the table has its reader.
    Raises: session.needed, act.forbidden.
    """
    if permission is not None:
        work.allow(permission)
        return select(table)
    return _READERS[table](work, select(table))


def _is_dirty(session: Session) -> bool:
    rows = [*session.new, *session.deleted, *filter(session.is_modified, session.dirty)]
    return any(row.__tablename__ not in QUIET for row in rows)


def _write_row(work: Work, scope: _Scope, reason: str) -> None:
    first = scope.changes[0] if scope.changes else {"kind": "", "uid": ""}
    kind, uid = scope.target or (str(first["kind"]), str(first["uid"]))
    work.database.lock_chain(work.session)
    audit.append(
        work.session,
        audit.Entry(
            moment=work.now,
            actor_uid=work.actor.uid,
            actor=work.actor.login,
            act=scope.name,
            object_kind=kind,
            object_uid=uid[:_UID_LENGTH],
            changes=scope.changes,
            reason=reason,
        ),
    )
    # Written at once: the next row of the chain must find this one.
    work.session.flush()


def _difference(row: Base, table: str, *, is_deleted: bool) -> dict[str, Any] | None:
    """Give what changed in a row: short values, long text by its hash, private ones hidden."""
    state: InstanceState[Base] = inspect(row)
    fields: dict[str, list[Any]] = {}
    for column in state.mapper.column_attrs:
        history = state.attrs[column.key].history
        if not history.has_changes() and not is_deleted:
            continue
        hidden = bool(column.columns[0].info.get("private"))
        before = history.deleted[0] if history.deleted else None
        after = history.added[0] if history.added else None
        if is_deleted:
            before, after = getattr(row, column.key), None
        if before == after:
            continue
        fields[column.key] = [_shown(before, hidden=hidden), _shown(after, hidden=hidden)]
    if not fields:
        return None
    identity = state.mapper.primary_key_from_instance(row)
    return {"kind": table, "uid": ":".join(str(part) for part in identity), "fields": fields}


def _shown(value: Any, *, hidden: bool) -> Any:
    if value is None:
        return None
    if hidden:
        return "•"
    plain = msgspec.to_builtins(value)
    text = plain if isinstance(plain, str) else msgspec.json.encode(plain).decode()
    if len(text) > _LONG_TEXT:
        return f"sha256:{audit.digest_of(text)}"
    return plain
