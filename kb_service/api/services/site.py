"""`@navroot`, `@site`, `@system`: what a front end asks before it draws anything."""

from typing import Any

from litestar import Request, Response, get
from litestar.di import NamedDependency

from kb_service import __version__
from kb_service.api.addresses import addresses_of
from kb_service.api.conditional import answer
from kb_service.api.found import told_as_plone_does
from kb_service.api.language import speaker_of
from kb_service.api.responses import may_answer
from kb_service.api.schemas.site import Navroot, SiteData, SystemData
from kb_service.api.serialize import Serializer
from kb_service.base.i18n import LANGUAGES
from kb_service.base.permissions import Permission
from kb_service.base.work import Work
from kb_service.gate.paths import content_path
from kb_service.gate.site import Site
from kb_service.handbook import queries

_FEATURES = {"filter_aliases_by_date": True, "multilingual": False}


@get(
    "/api/@navroot",
    responses=may_answer(304, 401, 403, 404),
    summary="The root of the navigation",
    tags=["content"],
    opt={"x-contextual": True},
    sync_to_thread=True,
)
def navroot(
    request: Request[Any, Any, Any], work: NamedDependency[Work], site: NamedDependency[Site]
) -> Response[Navroot]:
    """Give the site's first page: all of the handbook hangs below it."""
    path = content_path(request)
    with told_as_plone_does(work, path):
        queries.card_at(work, path)
    serializer = Serializer(addresses_of(request), speaker_of(request))
    body = navroot_of(work, site, path, serializer)
    return answer(request, body, is_public=not work.actor.is_staff)


@get(
    "/api/@site",
    responses=may_answer(304),
    summary="Title, languages and time zone of the site",
    tags=["content"],
    opt={"x-contextual": True},
    sync_to_thread=True,
)
def site_data(
    request: Request[Any, Any, Any], work: NamedDependency[Work], site: NamedDependency[Site]
) -> Response[SiteData]:
    """Give what a front end wants to know of the site; everybody may."""
    card = queries.company(work)
    title = card.get("short_name") or card.get("name") or queries.card_at(work, "/").title
    body = SiteData(
        id_=addresses_of(request).service("@site"),
        site_title=str(title),
        default_language=LANGUAGES[0],
        available_languages=list(LANGUAGES),
        portal_timezone=site.timezone,
        features=dict(_FEATURES),
    )
    return answer(request, body, is_public=not work.actor.is_staff)


@get(
    "/api/@system",
    responses=may_answer(304, 401, 403),
    summary="Which release runs here",
    tags=["system"],
    sync_to_thread=True,
)
def system_data(
    request: Request[Any, Any, Any], work: NamedDependency[Work]
) -> Response[SystemData]:
    """Give the version of the service, for administrators: it helps whoever means harm."""
    work.allow(Permission.MANAGE_COMPANY)
    body = SystemData(addresses_of(request).service("@system", "/"), __version__)
    return answer(request, body)


def navroot_of(work: Work, site: Site, path: str, serializer: Serializer) -> Navroot:
    """Give the root as seen from an item."""
    root = queries.by_path(work, site.renderer, "/", latest=True)
    return Navroot(serializer.addresses.service("@navroot", path), serializer.item(root, None))


routes = [navroot, site_data, system_data]
