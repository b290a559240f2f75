"""The search for other people's pages: the script at a lasting address, and how to embed it."""

from typing import Any

from litestar import Request, Response, get
from litestar.di import NamedDependency

from kb_service.web.assets import ASSETS, answer
from kb_service.web.frame import Frame
from kb_service.web.pages import page

_AN_HOUR = "public, max-age=3600"


@get("/widget", sync_to_thread=True, include_in_schema=False)
def demo(frame: NamedDependency[Frame]) -> Response[str]:
    """Show the widget at work and the two lines that embed it."""
    return page("site/widget.html", frame, base=frame.base_url)


@get("/widget/search.js", sync_to_thread=False, include_in_schema=False)
def script(request: Request[Any, Any, Any]) -> Response[bytes]:
    """Give the script under an address that pages of others may name for years."""
    found = ASSETS.find("widget.js")
    if found is None:
        return Response(b"", status_code=404)
    response = answer(found[0], request.headers, _AN_HOUR)
    response.headers["Access-Control-Allow-Origin"] = "*"
    response.headers["Cross-Origin-Resource-Policy"] = "cross-origin"
    return response


pages = [demo]
routes = [script]
