"""The icons, drawn into the page where they stand: no request, colour of the text around them.

The drawings lie in templates/parts/icons.svg; a topic has one icon by the first part of its
address and keeps it, whatever list it stands in.
"""

import re
from pathlib import Path

from markupsafe import Markup

_FILE = Path(__file__).parent / "templates" / "parts" / "icons.svg"
_SYMBOL = re.compile(r'<symbol id="([a-z-]+)" viewBox="0 0 24 24">(.+)</symbol>')
ICONS = dict(_SYMBOL.findall(_FILE.read_text(encoding="utf-8")))
OF_TOPICS = {
    "outage": "zap",
    "payment": "card",
    "readings": "digits",
    "charges": "bill",
    "meters": "meter",
    "connection": "plug",
    "restriction": "off",
    "quality": "wave",
    "contract": "contract",
    "safety": "safety",
    "unmetered": "inspect",
    "common": "building",
    "business": "business",
    "service": "message",
}


def icon(name: str) -> Markup:
    """Give the drawing of a name; it is silent for readers, a text always stands beside it."""
    drawing = ICONS[name]
    return Markup(f'<svg class="i" viewBox="0 0 24 24" aria-hidden="true">{drawing}</svg>')  # noqa: S704 - our own file


def topic_icon(path: str) -> Markup:
    """Give the icon of the topic in which an address lies."""
    return icon(OF_TOPICS.get(path.strip("/").split("/")[0], "book"))
