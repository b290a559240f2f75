"""`@facts`: the numbers that texts share; what holds on a day, what is proposed, what it touches.

A service of our own: a proposal or a decision must say by `If-Match` on which state it stands.
"""

from collections.abc import Callable, Mapping
from datetime import date
from typing import Annotated, Any

import msgspec
from litestar import Request, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery, JSONBody, QueryParameter

from kb_service.api.addresses import Addresses, addresses_of
from kb_service.api.conditional import answer, need_match
from kb_service.api.responses import may_answer
from kb_service.api.schemas.facts import (
    DecisionBody,
    DraftUseItem,
    FactBody,
    FactImpact,
    FactItem,
    FactList,
    FactProposal,
    FactProposals,
    FactUseItem,
    FactValue,
    TypedItem,
)
from kb_service.api.serialize import moment, plain_day
from kb_service.base.errors import KbError, Kind, missing
from kb_service.base.permissions import Permission
from kb_service.base.work import Work
from kb_service.gate.repeats import repeatable
from kb_service.handbook import queries
from kb_service.handbook.acts import facts as acts
from kb_service.handbook.queries.facts import FactChangeView
from kb_service.handbook.rules.facts import ChangeKind, NewValue
from kb_service.handbook.schemas import Fact
from kb_service.reports.impact import DraftUse, impact

_FACTS: dict[str, Any] = {"tags": ["facts"], "sync_to_thread": True}
_STEPS: Mapping[str, Callable[..., Any]] = {
    "approve": acts.approve,
    "reject": acts.reject,
    "withdraw": acts.withdraw,
}


@get("/api/@facts", responses=may_answer(304, 400), summary="The facts of a day", **_FACTS)
def list_facts(
    request: Request[Any, Any, Any],
    work: NamedDependency[Work],
    as_of: FromQuery[date | None] = None,
) -> Response[FactList]:
    """Give every fact with its value on a day (today); nobody but editors reads ahead."""
    addresses = addresses_of(request)
    found = queries.facts(work, _day(work, as_of))
    items = [_item(addresses, fact) for fact in found.values()]
    body = FactList(addresses.service("@facts", "/"), items, len(items))
    return answer(request, body, is_public=not work.actor.is_staff)


@get(
    "/api/@facts/{key:str}",
    responses=may_answer(304, 400, 404),
    summary="One fact on a day",
    **_FACTS,
)
def read_fact(
    request: Request[Any, Any, Any],
    work: NamedDependency[Work],
    key: FromPath[str],
    as_of: FromQuery[date | None] = None,
) -> Response[FactItem]:
    """Give a fact; all its values to who writes the handbook. Raises: fact.unknown."""
    fact = queries.facts(work, _day(work, as_of)).get(key)
    whole = queries.fact(work, key) if work.may(Permission.PROPOSE_FACT) else None
    shown = fact or (whole.values[-1] if whole else None)
    if shown is None:
        raise missing("fact.unknown", key=key)
    item = _item(addresses_of(request), shown)
    if whole is not None:
        item.values = [_value(one) for one in whole.values]
        item.next = _value(whole.next) if whole.next else None
    tag = whole.tag if whole else ""
    return answer(request, item, tag=tag, is_public=not work.actor.is_staff)


@get(
    "/api/@facts/{key:str}/impact",
    responses=may_answer(304, 400, 401, 403, 404),
    summary="What a value of a fact would touch",
    **_FACTS,
)
def read_impact(
    request: Request[Any, Any, Any],
    work: NamedDependency[Work],
    key: FromPath[str],
    valid_from: FromQuery[date | None] = None,
    kind: Annotated[ChangeKind, QueryParameter(description="As in a proposal.")] = ChangeKind.VALUE,
) -> Response[FactImpact]:
    """Give texts that name the fact, sentences that state its value by hand, open drafts."""
    work.allow(Permission.PROPOSE_FACT)
    addresses = addresses_of(request)
    found = impact(work, NewValue(key=key, value="", valid_from=valid_from, kind=kind))
    body = FactImpact(
        id_=f"{addresses.service('@facts', '/')}/{key}/impact",
        before=str(found.before) if found.before else None,
        day=found.day.isoformat(),
        uses=[
            FactUseItem(
                addresses.item(one.path),
                one.uid,
                one.title,
                one.code,
                one.parts,
                one.is_live,
                one.is_latest,
            )
            for one in found.uses
        ],
        typed=[
            TypedItem(
                addresses.item(one.path),
                one.uid,
                one.title,
                one.part,
                one.field,
                one.revision,
                one.start,
                one.end,
                one.text,
                one.sentence,
                one.is_likely,
                one.can_replace,
            )
            for one in found.typed
        ],
        drafts=[_draft(addresses, one) for one in found.drafts],
    )
    return answer(request, body)


@post(
    "/api/@facts/{key:str}",
    responses=may_answer(400, 401, 403, 404, 409, 412, 413, 428),
    summary="Propose a value of a fact",
    status_code=201,
    **_FACTS,
)
@repeatable
def propose(
    request: Request[Any, Any, Any],
    work: NamedDependency[Work],
    key: FromPath[str],
    data: JSONBody[FactBody],
) -> Response[FactProposal]:
    """Ask for a value; nothing changes before it is approved. A new fact needs no `If-Match`.

    Raises: fact.unknown, fact.wrong, fact.reason_needed, fact.gap, item.stale, tag.needed.
    """
    work.allow(Permission.PROPOSE_FACT)
    if data.kind != ChangeKind.NEW:
        need_match(request, queries.fact(work, key).tag)
    values = {name: getattr(data, name) for name in FactBody.__struct_fields__}
    uid = acts.propose(work, NewValue(key=key, **values))
    proposal = _proposal(addresses_of(request), queries.fact_change(work, uid))
    return answer(request, proposal, status=201, headers={"Location": proposal.id_})


@get(
    "/api/@facts/{key:str}/changes",
    responses=may_answer(304, 401, 403),
    summary="The proposals for a fact",
    **_FACTS,
)
def list_changes(
    request: Request[Any, Any, Any], work: NamedDependency[Work], key: FromPath[str]
) -> Response[FactProposals]:
    """Give what was proposed and decided, newest first."""
    addresses = addresses_of(request)
    items = [_proposal(addresses, one) for one in queries.fact_changes(work, key)]
    address = f"{addresses.service('@facts', '/')}/{key}/changes"
    return answer(request, FactProposals(address, items, len(items)))


@get(
    "/api/@facts/{key:str}/changes/{uid:str}",
    responses=may_answer(304, 401, 403, 404),
    summary="One proposal",
    **_FACTS,
)
def read_change(
    request: Request[Any, Any, Any],
    work: NamedDependency[Work],
    key: FromPath[str],
    uid: FromPath[str],
) -> Response[FactProposal]:
    """Give a proposal. Raises: fact_change.missing."""
    change = _change(work, key, uid)
    return answer(request, _proposal(addresses_of(request), change), tag=_tag(change))


@post(
    "/api/@facts/{key:str}/changes/{uid:str}/{step:str}",
    responses=may_answer(400, 401, 403, 404, 409, 412, 413, 428),
    summary="Approve, reject or withdraw a proposal",
    status_code=200,
    **_FACTS,
)
def decide(
    request: Request[Any, Any, Any],
    work: NamedDependency[Work],
    key: FromPath[str],
    uid: FromPath[str],
    step: FromPath[str],
    data: JSONBody[DecisionBody | None] = None,
) -> Response[FactProposal]:
    """Decide: `approve`, `reject` or `withdraw`. Raises: fact.decided, workflow.four_eyes."""
    act = _STEPS.get(step)
    if act is None:
        raise KbError("workflow.unknown", Kind.INVALID, allowed=tuple(_STEPS), action=step)
    work.allow(Permission.PROPOSE_FACT)
    need_match(request, _tag(_change(work, key, uid)))
    act(work, uid, comment=(data or DecisionBody()).comment)
    change = _change(work, key, uid)
    return answer(request, _proposal(addresses_of(request), change), tag=_tag(change))


def _day(work: Work, as_of: date | None) -> date:
    """Give the day that was asked for; nobody but an editor reads a value before its day."""
    day = as_of or work.today
    return day if work.may(Permission.PROPOSE_FACT) else min(day, work.today)


def _change(work: Work, key: str, uid: str) -> FactChangeView:
    change = queries.fact_change(work, uid)
    if change.key != key:
        raise missing("fact_change.missing", uid=uid)
    return change


def _draft(addresses: Addresses, one: DraftUse) -> DraftUseItem:
    return DraftUseItem(
        id_=f"{addresses.service('@drafts', '/')}/{one.uid}",
        uid=one.uid,
        owner=one.owner,
        owner_name=one.owner_name,
        modified=moment(one.modified) or "",
    )


def _tag(change: FactChangeView) -> str:
    return f"{change.uid[-12:]}{change.version:04d}"


def _value(fact: Fact) -> FactValue:
    return FactValue(
        value=fact.value,
        unit=fact.unit,
        text=str(fact),
        valid_from=plain_day(fact.valid_from),
        valid_to=plain_day(fact.valid_to),
        source=fact.source,
        checked=plain_day(fact.checked),
    )


def _item(addresses: Addresses, fact: Fact) -> FactItem:
    return FactItem(
        **msgspec.structs.asdict(_value(fact)),
        id_=f"{addresses.service('@facts', '/')}/{fact.key}",
        key=fact.key,
        title=fact.title,
    )


def _proposal(addresses: Addresses, change: FactChangeView) -> FactProposal:
    same = ("key", "kind", "title", "value", "unit", "before", "source", "note", "reason")
    decided = ("status", "author", "decided_by", "remark")
    return FactProposal(
        id_=f"{addresses.service('@facts', '/')}/{change.key}/changes/{change.uid}",
        uid=change.uid,
        text=change.shown,
        valid_from=plain_day(change.valid_from),
        valid_to=plain_day(change.valid_to),
        created=moment(change.moment) or "",
        decided=moment(change.decided_at),
        **{name: getattr(change, name) for name in (*same, *decided)},
    )


routes = [list_facts, read_fact, read_impact, propose, list_changes, read_change, decide]
