"""What programs read of the public site: feed, site map, robots, search description."""

from typing import Any

from litestar import Response, get
from litestar.di import NamedDependency

from kb_service.base.work import Work
from kb_service.handbook import queries
from kb_service.web.frame import Frame
from kb_service.web.pages import render, written

_NEWS = 30
_OWN_PAGES = ("/", "/topics", "/ask")


def _feed(name: str, frame: Frame, media_type: str, **context: Any) -> Response[str]:
    text = render(name, frame, **context).lstrip()
    is_public = not frame.actor.is_staff
    return written(text, media_type, is_public=is_public)


@get("/rss.xml", sync_to_thread=True, include_in_schema=False)
def rss(frame: NamedDependency[Frame], work: NamedDependency[Work]) -> Response[str]:
    """Give what changed last as RSS 2.0."""
    return _feed(
        "feeds/rss.xml",
        frame,
        "application/rss+xml; charset=utf-8",
        cards=queries.recent(work, _NEWS),
    )


@get("/sitemap.xml", sync_to_thread=True, include_in_schema=False)
def sitemap(frame: NamedDependency[Frame], work: NamedDependency[Work]) -> Response[str]:
    """Give the address of every page that visitors may see."""
    live = [(path, moment) for path, moment in queries.live_paths(work) if path != "/"]
    return _feed(
        "feeds/sitemap.xml", frame, "application/xml; charset=utf-8", live=live, pages=_OWN_PAGES
    )


@get("/robots.txt", sync_to_thread=True, include_in_schema=False)
def robots(frame: NamedDependency[Frame]) -> Response[str]:
    """Tell search engines where not to go."""
    return _feed("feeds/robots.txt", frame, "text/plain")


@get("/opensearch.xml", sync_to_thread=True, include_in_schema=False)
def opensearch(frame: NamedDependency[Frame]) -> Response[str]:
    """Tell browsers how to search here."""
    return _feed(
        "feeds/opensearch.xml", frame, "application/opensearchdescription+xml; charset=utf-8"
    )


pages = [rss, opensearch]
routes = [sitemap, robots]
