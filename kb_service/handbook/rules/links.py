"""Links of a document to other items: which it has, and what is a page of the service itself."""

from enum import StrEnum

from kb_service.base.ids import is_uid
from kb_service.handbook import links
from kb_service.handbook.rules.paths import RESERVED
from kb_service.handbook.schemas import Document

# Pages of the service that texts may lead to and that are no items.
_PAGES = RESERVED | {"search", "topics", "ask", "rss.xml", "sitemap.xml", "opensearch.xml"}


class LinkKind(StrEnum):
    """By what an item leads to another: a link in its text, or its list of related items."""

    TEXT = "text"
    RELATED = "related"


def of_document(document: Document) -> set[tuple[LinkKind, str]]:
    """Give the links of a document: of every part of its text and its buttons, and its relations.

    Each is a path or a uid, as written.
    """
    found = {(LinkKind.TEXT, target) for target in links.targets(document.body)}
    content = document.content
    found |= {(LinkKind.TEXT, links.internal(button.url)) for button in content.actions}
    found |= {(LinkKind.RELATED, related_target(value)) for value in content.related}
    return {(kind, target) for kind, target in found if target}


def related_target(value: str) -> str:
    """Give the path or the uid that one of the related items is named by."""
    return value if is_uid(value) else links.internal(value)


def is_own_page(target: str) -> bool:
    """Say whether an address is that of a page of the service, which no item can have."""
    return target.strip("/").split("/", 1)[0] in _PAGES
