"""`@vocabularies`, `@sources`, `@querysources`: what can be chosen, filtered and in batches."""

from typing import Annotated, Any

import msgspec
from litestar import Request, Response, get
from litestar.di import NamedDependency, Provide
from litestar.params import FromPath, QueryParameter
from msgspec import UNSET

from kb_service.api.addresses import addresses_of
from kb_service.api.conditional import answer
from kb_service.api.found import told_as_plone_does
from kb_service.api.language import speaker_of
from kb_service.api.listing import Start, words
from kb_service.api.responses import may_answer
from kb_service.api.schemas.vocabularies import Term, Terms, VocabularyLink
from kb_service.api.serialize import Serializer
from kb_service.api.services._schema import CATALOG
from kb_service.api.services._terms import VOCABULARIES, Chooser, vocabulary_of_field
from kb_service.base.errors import FieldError, invalid, missing
from kb_service.base.paging import DEFAULT_SIZE, MAX_SIZE, Batch, checked_batch
from kb_service.base.permissions import Permission
from kb_service.base.work import Work
from kb_service.gate.paths import content_path
from kb_service.handbook import queries

ALL = -1
_MORE: dict[str, Any] = {
    "tags": ["content"],
    "opt": {"x-contextual": True},
    "sync_to_thread": True,
}


class Choice(msgspec.Struct, frozen=True):
    """Which terms are wanted."""

    title: str = ""
    tokens: tuple[str, ...] = ()
    is_by_title: bool = False
    start: int = 0
    size: int = DEFAULT_SIZE


def provide_choice(
    title: Annotated[str, QueryParameter(description="Letters of the title.")] = "",
    token: Annotated[str, QueryParameter(description="One token, whole.")] = "",
    tokens: Annotated[list[str] | None, QueryParameter(description="Several tokens.")] = None,
    sort_on: Annotated[str, QueryParameter(description="`title` sorts by title.")] = "",
    b_start: Start = 0,
    b_size: Annotated[int, QueryParameter(description="Terms on a page; -1 gives all.")] = (
        DEFAULT_SIZE
    ),
) -> Choice:
    """Read which terms are wanted: the dependency `choice`. Raises: batch.wrong, terms.both."""
    named = (token,) if token else words(tokens)
    if title and named:
        raise invalid("terms.both", FieldError("title", "terms.both"))
    start, size = (0, ALL) if b_size == ALL else checked_batch(b_start, b_size)
    return Choice(title, tuple(one.lower() for one in named), sort_on == "title", start, size)


_CHOICE: dict[str, Any] = {"choice": Provide(provide_choice, sync_to_thread=False)}


@get(
    "/api/@vocabularies",
    responses=may_answer(304, 401, 403),
    summary="Lists to choose from",
    **_MORE,
)
def list_vocabularies(
    request: Request[Any, Any, Any], work: NamedDependency[Work]
) -> Response[list[VocabularyLink]]:
    """Give the names of the lists to choose from, for staff."""
    work.allow(Permission.VIEW_STAFF)
    addresses = addresses_of(request)
    names = sorted([*VOCABULARIES, CATALOG])
    links = [VocabularyLink(addresses.service(f"@vocabularies/{name}"), name) for name in names]
    return answer(request, links)


@get(
    "/api/@vocabularies/{name:str}",
    dependencies=_CHOICE,
    responses=may_answer(304, 400, 401, 403, 404),
    summary="What can be chosen from one list",
    **_MORE,
)
def read_vocabulary(
    request: Request[Any, Any, Any],
    work: NamedDependency[Work],
    name: FromPath[str],
    choice: NamedDependency[Choice],
) -> Response[Terms]:
    """Give the terms of a list, for staff. Raises: vocabulary.missing, terms.both."""
    work.allow(Permission.VIEW_STAFF)
    return answer(request, _terms(request, work, name, choice))


@get(
    "/api/@sources/{name:str}",
    dependencies=_CHOICE,
    responses=may_answer(304, 400, 401, 403, 404),
    summary="What can be chosen for a field",
    **_MORE,
)
def read_source(
    request: Request[Any, Any, Any],
    work: NamedDependency[Work],
    name: FromPath[str],
    choice: NamedDependency[Choice],
) -> Response[Terms]:
    """Give the terms that a field of content takes, for staff. Raises: field.no_choice."""
    return answer(request, _terms(request, work, _of_field(request, work, name), choice))


@get(
    "/api/@querysources/{name:str}",
    dependencies=_CHOICE,
    responses=may_answer(304, 400, 401, 403, 404),
    summary="Search what can be chosen for a field",
    **_MORE,
)
def search_source(
    request: Request[Any, Any, Any],
    work: NamedDependency[Work],
    name: FromPath[str],
    choice: NamedDependency[Choice],
    letters: Annotated[
        str, QueryParameter(name="query", description="Letters of the title; needed.")
    ] = "",
) -> Response[Terms]:
    """Give the terms of a field that have these letters. Raises: field.no_choice, terms.query."""
    wanted = _of_field(request, work, name)
    if not letters.strip():
        raise invalid("terms.query", FieldError("query", "field.needed"))
    asked = msgspec.structs.replace(choice, title=letters, tokens=())
    return answer(request, _terms(request, work, wanted, asked))


def _of_field(request: Request[Any, Any, Any], work: Work, name: str) -> str:
    """Give the vocabulary of a field of the item that is asked at."""
    work.allow(Permission.VIEW_STAFF)
    path = content_path(request)
    with told_as_plone_does(work, path):
        queries.card_at(work, path)
    found = vocabulary_of_field(name)
    if found is None:
        raise missing("field.no_choice", field=name[:80])
    return found


def _terms(request: Request[Any, Any, Any], work: Work, name: str, choice: Choice) -> Terms:
    serializer = Serializer(addresses_of(request), speaker_of(request))
    if name == CATALOG:
        page, total = _items(work, choice)
    elif name in VOCABULARIES:
        found = _chosen(VOCABULARIES[name](Chooser(work, serializer)), choice)
        total = len(found)
        page = found if choice.size == ALL else found[choice.start : choice.start + choice.size]
    else:
        raise missing("vocabulary.missing", name=name[:80])
    size = max(len(page), 1) if choice.size == ALL else choice.size
    batching = serializer.batching(Batch(page, total, choice.start, size))
    return Terms(
        id_=serializer.addresses.here(),
        items=page,
        items_total=total,
        batching=None if batching is UNSET else batching,
    )


def _items(work: Work, choice: Choice) -> tuple[list[Term], int]:
    """Give items by their uids: they are too many to be filtered here."""
    size = MAX_SIZE if choice.size == ALL else choice.size
    found, total = queries.titles(
        work, words=choice.title, uids=choice.tokens, start=choice.start, size=size
    )
    return [Term(uid, title) for uid, title in found], total


def _chosen(terms: list[Term], choice: Choice) -> list[Term]:
    letters = choice.title.lower()
    found = [
        one
        for one in terms
        if letters in one.title.lower()
        and (not choice.tokens or one.token.lower() in choice.tokens)
    ]
    return sorted(found, key=lambda one: one.title.casefold()) if choice.is_by_title else found


routes = [list_vocabularies, read_vocabulary, read_source, search_source]
