"""The site about itself, what one may do at a place, and the tree beside a page."""

from typing import Any

from msgspec import Struct, field

from kb_service.api.schemas.lists import AT_ID


class ActionLink(Struct):
    """Something that this reader may do here; `url` is where it is done."""

    id: str
    title: str
    url: str
    icon: str = ""


class Actions(Struct, omit_defaults=True):
    """What this reader may do at a place, by Plone's groups; only the groups asked for."""

    object: list[ActionLink] | None = None
    object_buttons: list[ActionLink] | None = None
    user: list[ActionLink] | None = None
    document_actions: list[ActionLink] | None = None
    site_actions: list[ActionLink] | None = None
    portal_tabs: list[ActionLink] | None = None


class TreeItem(Struct, kw_only=True):
    """A branch of the tree beside a page; only the way to the page is unfolded."""

    id_: str = field(name=AT_ID)
    title: str
    description: str
    href: str
    icon: str = ""
    is_current: bool
    is_folderish: bool
    is_in_path: bool
    items: list["TreeItem"]
    normalized_id: str
    review_state: str
    thumb: str = ""
    type: str


class ContextNavigation(Struct, kw_only=True):
    """The tree beside a page."""

    id_: str = field(name=AT_ID)
    available: bool
    has_custom_name: bool
    items: list[TreeItem]
    title: str
    url: str | None


class Navroot(Struct):
    """The root of the navigation: the site's first page."""

    id_: str = field(name=AT_ID)
    navroot: Any


class SiteData(
    Struct,
    kw_only=True,
    rename={
        "site_title": "plone.site_title",
        "site_logo": "plone.site_logo",
        "robots_txt": "plone.robots_txt",
        "allowed_sizes": "plone.allowed_sizes",
        "default_language": "plone.default_language",
        "available_languages": "plone.available_languages",
        "portal_timezone": "plone.portal_timezone",
    },
):
    """What a front end wants to know of the site before it draws anything."""

    id_: str = field(name=AT_ID)
    site_title: str
    site_logo: str | None = None
    robots_txt: str | None = None
    allowed_sizes: list[str] = []
    default_language: str
    available_languages: list[str]
    portal_timezone: str
    features: dict[str, bool]


class SystemData(Struct):
    """Which release runs here."""

    id_: str = field(name=AT_ID)
    version: str
