"""`@linkintegrity` and `@relations`: who leads where, and related items one by one."""

from collections.abc import Iterable, Sequence
from typing import Annotated, Any

from litestar import Request, Response, delete, get, post
from litestar.di import NamedDependency
from litestar.params import JSONBody, QueryParameter

from kb_service.api.addresses import Addresses, addresses_of
from kb_service.api.conditional import answer
from kb_service.api.found import item_named
from kb_service.api.language import speaker_of
from kb_service.api.listing import is_on, words
from kb_service.api.responses import may_answer
from kb_service.api.schemas.links import Breaches, Relations, RelationsBody
from kb_service.api.serialize import Serializer
from kb_service.base.errors import FieldError, KbError, invalid
from kb_service.base.permissions import Permission
from kb_service.base.work import Work
from kb_service.handbook import queries
from kb_service.handbook.acts import relations as acts
from kb_service.handbook.queries.links import Relation
from kb_service.handbook.rules.links import LinkKind

# Plone's names of relations; only the first can be changed by itself.
NAMES = {LinkKind.RELATED: "relatedItems", LinkKind.TEXT: "isReferencing"}
_KINDS = {name: kind for kind, name in NAMES.items()}
_MOST = 1000
_OPTIONS: dict[str, Any] = {
    "tags": ["content"],
    "opt": {"x-contextual": True},
    "sync_to_thread": True,
}


@get(
    "/api/@linkintegrity",
    responses=may_answer(304, 400, 401, 403),
    summary="Who would lead nowhere without these items",
    **_OPTIONS,
)
def read_breaches(
    request: Request[Any, Any, Any],
    work: NamedDependency[Work],
    uids: Annotated[
        list[str] | None, QueryParameter(description="Items that may go, with all below them.")
    ] = None,
) -> Response[list[Breaches]]:
    """Give the items that others lead to, each with those others. Raises: content.wrong."""
    work.allow_somewhere(Permission.EDIT)
    asked = [one.replace("\0", "") for one in words(uids)]
    if not asked:
        raise invalid("content.wrong", FieldError("uids", "field.needed"))
    serializer = Serializer(addresses_of(request), speaker_of(request))
    rows = []
    for breach in queries.breaches(work, asked):
        sources = [
            {"@id": serializer.addresses.item(card.path), "title": card.title, "uid": card.uid}
            for card in breach.sources
        ]
        rows.append(serializer.summary(breach.item) | {"breaches": sources})
    return answer(request, rows)


@get(
    "/api/@relations",
    responses=may_answer(304, 400, 401, 403, 404),
    summary="Relations between items, or how many there are",
    **_OPTIONS,
)
def read_relations(  # noqa: PLR0917 - what Litestar hands in
    request: Request[Any, Any, Any],
    work: NamedDependency[Work],
    source: Annotated[str, QueryParameter(description="Uid, path or address.")] = "",
    target: Annotated[str, QueryParameter(description="Uid, path or address.")] = "",
    relation: Annotated[str, QueryParameter(description="relatedItems or isReferencing.")] = "",
    limit: Annotated[int, QueryParameter(name="max", ge=1, le=_MOST)] = _MOST,
    only_broken: Annotated[str | None, QueryParameter(name="onlyBroken")] = None,
) -> Response[Relations]:
    """Give relations of which this reader may see both sides; without a question, their counts."""
    work.allow_somewhere(Permission.VIEW_STAFF)
    addresses = addresses_of(request)
    kind = _kind(relation) if relation else None
    if is_on(only_broken):
        return answer(request, _broken(work, kind, addresses))
    found = queries.relations(
        work,
        source=item_named(work, addresses, source).uid if source else "",
        target=item_named(work, addresses, target).uid if target else "",
        kind=kind,
    )
    if not (source or target or relation):
        return answer(request, _counts(work, found, addresses))
    serializer = Serializer(addresses, speaker_of(request))
    return answer(request, _pairs(found[:limit], serializer))


@post(
    "/api/@relations",
    responses=may_answer(400, 401, 403, 404, 409, 412, 413),
    summary="Name items as related",
    status_code=204,
    **_OPTIONS,
)
def add_relations(
    request: Request[Any, Any, Any],
    work: NamedDependency[Work],
    data: JSONBody[RelationsBody | None] = None,
) -> None:
    """Add to the related items of each source, as a revision of it.

    Raises: content.wrong, relation.fixed, item.missing, item.locked.
    """
    work.allow_somewhere(Permission.EDIT)
    acts.relate(work, _asked(work, addresses_of(request), data or RelationsBody()))


@delete(
    "/api/@relations",
    responses=may_answer(400, 401, 403, 404, 409, 412, 413),
    summary="Name items as related no more",
    status_code=204,
    **_OPTIONS,
)
def remove_relations(
    request: Request[Any, Any, Any],
    work: NamedDependency[Work],
    data: JSONBody[RelationsBody | None] = None,
) -> None:
    """Take out of the related items: those of a list, or all of a source, of a target, or both.

    Raises: content.wrong, relation.fixed, relation.missing, item.missing, item.locked.
    """
    work.allow_somewhere(Permission.EDIT)
    addresses, body = addresses_of(request), data or RelationsBody()
    pairs = _asked(work, addresses, body) if body.items else _matching(work, addresses, body)
    acts.unrelate(work, pairs)


def _kind(name: str) -> LinkKind:
    if name not in _KINDS:
        allowed = ", ".join(_KINDS)
        fault = FieldError("relation", "field.not_one_of", {"allowed": allowed})
        raise invalid("content.wrong", fault)
    return _KINDS[name]


def _check_changeable(name: str) -> None:
    """Refuse to change what stands in a text, or nowhere. Raises: relation.fixed."""
    if name and _kind(name) is not LinkKind.RELATED:
        raise invalid("relation.fixed", FieldError("relation", "relation.fixed"))


def _asked(work: Work, addresses: Addresses, body: RelationsBody) -> list[tuple[str, str]]:
    """Give the pairs of uids of a list of relations. Raises: content.wrong, relation.fixed."""
    if not body.items:
        raise invalid("content.wrong", FieldError("items", "field.needed"))
    pairs: list[tuple[str, str]] = []
    faults: list[FieldError] = []
    for place, one in enumerate(body.items):
        _check_changeable(one.relation)
        source, target = (_uid(work, addresses, value) for value in (one.source, one.target))
        for side, value, uid in (("source", one.source, source), ("target", one.target, target)):
            if not uid:
                code = "related.missing" if value else "field.needed"
                faults.append(FieldError(f"items.{place}.{side}", code, {"item": value[:200]}))
        pairs.append((source, target))
    if faults:
        raise invalid("content.wrong", *faults)
    return list(dict.fromkeys(pairs))


def _uid(work: Work, addresses: Addresses, value: str) -> str:
    try:
        return item_named(work, addresses, value).uid if value else ""
    except KbError:
        return ""


def _matching(work: Work, addresses: Addresses, body: RelationsBody) -> list[tuple[str, str]]:
    if not (body.source or body.target):
        raise invalid("content.wrong", FieldError("source", "field.needed"))
    _check_changeable(body.relation)
    found = queries.relations(
        work,
        source=item_named(work, addresses, body.source).uid if body.source else "",
        target=item_named(work, addresses, body.target).uid if body.target else "",
        kind=LinkKind.RELATED,
    )
    return [(one.source.uid, one.target.uid) for one in found]


def _pairs(found: Iterable[Relation], serializer: Serializer) -> Relations:
    groups: dict[str, list[dict[str, Any]]] = {}
    for one in found:
        ends = {"source": one.source, "target": one.target}
        row = {side: serializer.summary(card, ("UID",)) for side, card in ends.items()}
        groups.setdefault(NAMES[one.kind], []).append(row)
    return Relations(
        id_=serializer.addresses.here(),
        relations={
            name: {"items": rows, "items_total": len(rows)} for name, rows in groups.items()
        },
    )


def _counts(work: Work, found: Sequence[Relation], addresses: Addresses) -> Relations:
    counts = {name: sum(one.kind == known for one in found) for known, name in NAMES.items()}
    broken = queries.broken_everywhere(work)
    return Relations(
        id_=addresses.here(),
        relations={name: count for name, count in counts.items() if count},
        broken={NAMES[known]: len(cards) for known, cards in broken.items()},
    )


def _broken(work: Work, kind: LinkKind | None, addresses: Addresses) -> Relations:
    found = queries.broken_everywhere(work, kind)
    groups = {
        NAMES[known]: [addresses.item(card.path) for card in cards]
        for known, cards in found.items()
    }
    return Relations(
        id_=addresses.here(),
        relations={
            name: {"items": items, "items_total": len(items)} for name, items in groups.items()
        },
    )


routes = [read_breaches, read_relations, add_relations, remove_relations]
