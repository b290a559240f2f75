"""`@history`: what an item was, one of its texts as it was, and the way back to it."""

from collections.abc import Mapping
from typing import Any

from litestar import Request, Response, get, patch
from litestar.di import NamedDependency
from litestar.params import FromPath, JSONBody

from kb_service.api.addresses import addresses_of
from kb_service.api.conditional import answer, check_match, state_tag
from kb_service.api.found import item_at, parent_of
from kb_service.api.language import speaker_of
from kb_service.api.responses import may_answer
from kb_service.api.schemas.content import ContentItem
from kb_service.api.schemas.history import HistoryActor, Message, PastEntry, RevertBody
from kb_service.api.serialize import Serializer, moment
from kb_service.api.services._people import address
from kb_service.api.services.workflow import STATE_TITLES, STEP_TITLES
from kb_service.base.permissions import Permission
from kb_service.base.work import Work
from kb_service.gate.paths import content_path
from kb_service.gate.site import Site
from kb_service.handbook import queries
from kb_service.handbook.acts import edit
from kb_service.handbook.queries.history import Past
from kb_service.people import queries as people

_MORE: dict[str, Any] = {
    "tags": ["content"],
    "opt": {"x-contextual": True},
    "sync_to_thread": True,
}


@get(
    "/api/@history",
    responses=may_answer(304, 401, 403, 404),
    summary="The texts and steps of an item, newest first",
    **_MORE,
)
def list_history(
    request: Request[Any, Any, Any], work: NamedDependency[Work], site: NamedDependency[Site]
) -> Response[list[PastEntry]]:
    """Give what an item was, for staff; drafts only to who may edit it."""
    work.allow_somewhere(Permission.VIEW_STAFF)
    view = item_at(work, site, content_path(request))
    serializer = Serializer(addresses_of(request), speaker_of(request))
    names = dict(people.colleagues(work))
    entries = [_entry(one, view.path, names, serializer) for one in queries.past(work, view.uid)]
    return answer(request, entries)


@get(
    "/api/@history/{version:int}",
    responses=may_answer(304, 400, 401, 403, 404),
    summary="An item with one of its earlier texts",
    **_MORE,
)
def read_version(
    request: Request[Any, Any, Any],
    work: NamedDependency[Work],
    site: NamedDependency[Site],
    version: FromPath[int],
) -> Response[ContentItem]:
    """Give an item as one of its texts has it, for staff. Raises: revision.missing."""
    work.allow_somewhere(Permission.VIEW_STAFF)
    view = item_at(work, site, content_path(request))
    past = queries.by_number(work, site.renderer, view.uid, version)
    serializer = Serializer(addresses_of(request), speaker_of(request))
    body = serializer.item(past, parent_of(work, view.path))
    body.version = str(version)
    return answer(request, body)


@patch(
    "/api/@history",
    responses=may_answer(400, 401, 403, 404, 409, 412, 413),
    summary="Bring an earlier text back as the newest one",
    status_code=200,
    **_MORE,
)
def revert(
    request: Request[Any, Any, Any],
    work: NamedDependency[Work],
    site: NamedDependency[Site],
    data: JSONBody[RevertBody],
) -> Response[Message]:
    """Keep the earlier text as a new revision; it is live at once where the writer may publish.

    Where a draft stands beside the live text it goes into the draft.
    Raises: revision.missing, item.stale, item.code_taken, document.*, part.*.
    """
    work.allow_somewhere(Permission.EDIT)
    view = item_at(work, site, content_path(request))
    check_match(request, state_tag(view, is_whole=True))
    text = queries.text_to_revert(work, view.uid, data.version)
    say = speaker_of(request).gettext
    comment = say("Back to revision %(number)s", number=data.version)
    edit.save(
        work,
        view.uid,
        text,
        comment=comment,
        based_on=view.revision,
        goes_live=True,
        keeps_draft=True,
    )
    message = say(
        "%(title)s has been reverted to revision %(number)s.",
        title=view.title,
        number=data.version,
    )
    after = queries.by_uid(work, site.renderer, view.uid, latest=True)
    return answer(request, Message(message), tag=state_tag(after, is_whole=True))


def _entry(one: Past, path: str, names: Mapping[str, str], serializer: Serializer) -> PastEntry:
    say = serializer.speaker.gettext
    actor = HistoryActor(
        id_=address(serializer.addresses, "@users", one.actor),
        id=one.actor,
        username=one.actor,
        fullname=names.get(one.actor, one.actor),
    )
    time = moment(one.moment) or ""
    if one.number:
        title = say("Created") if one.number == 1 else say("Edited")
        return PastEntry(
            id_=serializer.addresses.service(f"@history/{one.number}", path),
            type="versioning",
            action=title,
            actor=actor,
            comments=one.comment,
            time=time,
            transition_title=title,
            version=one.number,
            may_revert=one.may_revert,
        )
    return PastEntry(
        type="workflow",
        action=one.action,
        actor=actor,
        comments=one.comment,
        time=time,
        transition_title=say(STEP_TITLES.get(one.action, one.action)),
        review_state=one.state,
        state_title=say(STATE_TITLES.get(one.state, one.state)),
    )


routes = [list_history, read_version, revert]
