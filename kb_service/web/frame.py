"""What every page has: site, reader, language, navigation, addresses.

The language is the first part of the path (`/en/…`), never a cookie, so that the page of an
anonymous reader is the same for everybody. `provide_frame` is the one dependency of the handlers.
"""

from datetime import date
from typing import Any
from urllib.parse import quote, urlencode

import msgspec
from litestar import Request
from litestar.di import NamedDependency
from markupsafe import Markup

from kb_service.base.permissions import VISITOR, Actor, Permission, may_somewhere
from kb_service.base.work import Work
from kb_service.gate.site import site_of
from kb_service.handbook import queries
from kb_service.handbook.schemas import Banner, Card

FIRST_LANGUAGE = "ru"
_SCOPE_KEY = "kb_frame"
LANGUAGES = {"ru": "Русский", "en": "English"}


class Office(msgspec.Struct):
    """A place where people are received."""

    name: str = ""
    address: str = ""
    hours: str = ""


class Company(msgspec.Struct):
    """The company card as pages use it; what is not written stays empty and is not shown."""

    name: str = ""
    short_name: str = "kb_service"
    is_example: bool = False
    phone: str = ""
    phone_hours: str = ""
    dispatch_phone: str = ""
    network_name: str = ""
    network_phone: str = ""
    email: str = ""
    ask_url: str = "/ask"
    site_url: str = ""
    cabinet_url: str = ""
    outages_url: str = ""
    postal_address: str = ""
    region: str = ""
    search_example: str = ""
    offices: list[Office] = []


class MenuItem(msgspec.Struct, frozen=True):
    """A link of the navigation; `title` is a source sentence of the catalogue."""

    title: str
    path: str
    is_current: bool = False


class Frame(msgspec.Struct, kw_only=True):
    """The frame of one page. `path` is without the language, `base_url` without a last slash."""

    language: str = FIRST_LANGUAGE
    path: str = "/"
    query: str = ""
    base_url: str = ""
    timezone: str = "Europe/Moscow"
    company: Company = msgspec.field(default_factory=Company)
    actor: Actor = VISITOR
    today: date
    menu: list[MenuItem] = []
    pages: list[Card] = []
    announcements: list[Banner] = []
    csrf: str = ""
    request_id: str = ""

    def url(self, path: str, **query: Any) -> str:
        """Give a page's address in this language; foreign addresses are left alone."""
        if not path.startswith("/"):
            return path
        prefix = "" if self.language == FIRST_LANGUAGE else f"/{self.language}"
        kept = {key: value for key, value in query.items() if value not in ("", None, False)}
        local = quote(path, safe="/@:?=&#%") if path != "/" or not prefix else ""
        return f"{prefix}{local}" + (f"?{urlencode(kept)}" if kept else "")

    def absolute(self, path: str) -> str:
        """Give an address with the host, for feeds, cards of social networks and print."""
        return f"{self.base_url}{self.url(path)}"

    def bare(self, language: str) -> str:
        """Give this page's address in a language, without its query."""
        return msgspec.structs.replace(self, language=language).url(self.path)

    def in_language(self, language: str) -> str:
        """Give the same page in another language."""
        return self.bare(language) + (f"?{self.query}" if self.query else "")

    @property
    def content_lang(self) -> Markup:
        """The attribute that marks words of the handbook on a page of another language."""
        return _lang(FIRST_LANGUAGE) if self.language != FIRST_LANGUAGE else Markup()

    @property
    def own_lang(self) -> Markup:
        """The attribute that marks the page's own words among words of the handbook."""
        return _lang(self.language) if self.language != FIRST_LANGUAGE else Markup()

    @property
    def languages(self) -> dict[str, str]:
        """The languages of the pages with their own names."""
        return LANGUAGES

    @property
    def is_staff(self) -> bool:
        """Whether an employee is signed in."""
        return self.actor.is_staff


def _lang(code: str) -> Markup:
    return Markup(' lang="{}"').format(code)


def split_language(path: str) -> tuple[str, str]:
    """Give the language of an address and the address without it."""
    head, _, rest = path.removeprefix("/").partition("/")
    if head in LANGUAGES and head != FIRST_LANGUAGE:
        return head, f"/{rest}"
    return FIRST_LANGUAGE, path or "/"


_STAFF_MENU = (
    ("Desk", "/desk", Permission.SEARCH_STAFF),
    ("Handbook", "/edit", Permission.EDIT),
    ("Overview", "/admin", Permission.MANAGE_JOBS),
    ("People", "/admin/users", Permission.MANAGE_USERS),
    ("Company", "/admin/company", Permission.MANAGE_COMPANY),
    ("Jobs", "/admin/jobs", Permission.MANAGE_JOBS),
    ("Webhooks", "/admin/hooks", Permission.MANAGE_HOOKS),
    ("Journal", "/admin/audit", Permission.READ_AUDIT),
    ("Tokens", "/desk/tokens", Permission.OWN_ACCOUNT),
)
# Doors that open to who may do it at some place by a local role; all others ask for the whole.
_SOMEWHERE = frozenset({Permission.EDIT})


def staff_menu(work: Work, path: str) -> list[MenuItem]:
    """Give the staff pages that this employee may open."""
    open_to = [
        (title, address)
        for title, address, asked in _STAFF_MENU
        if work.may(asked) or (asked in _SOMEWHERE and may_somewhere(work.actor, asked))
    ]
    # What lies below two entries belongs to the longer one.
    here = max(
        (address for _title, address in open_to if _is_at(path, address)), key=len, default=""
    )
    return [MenuItem(title, address, address == here) for title, address in open_to]


def _is_at(path: str, address: str) -> bool:
    # Below `/admin` each page has an entry of its own.
    return path == address or (address != "/admin" and path.startswith(f"{address}/"))


def company_of(card: Any) -> Company:
    """Give the company card of a page from the data that editors keep.

    Unknown keys are dropped, and so is a value of the wrong kind: a slip in one line of the sheet
    must not take every page away.
    """
    known = msgspec.to_builtins(card)
    company = Company()
    for field in msgspec.structs.fields(Company):
        value = known.get(field.name)
        if isinstance(value, int | float) and field.type is str:
            value = str(value)
        try:
            setattr(company, field.name, msgspec.convert(value, field.type, strict=False))
        except msgspec.ValidationError:
            continue
    return company


def provide_frame(request: Request[Any, Any, Any], work: NamedDependency[Work]) -> Frame:
    """Give the frame of a request: the dependency `frame` of every page handler."""
    frame = bare_frame(request)
    frame.company = company_of(queries.company(work))
    frame.actor = work.actor
    frame.today = work.today
    frame.menu = staff_menu(work, frame.path) if work.actor.is_staff else []
    frame.pages = [card for card in queries.children(work, "/") if card.type == "Page"]
    frame.announcements = queries.banners(work)
    request.scope[_SCOPE_KEY] = frame  # type: ignore[literal-required]  # read by known_frame
    return frame


def bare_frame(request: Request[Any, Any, Any]) -> Frame:
    """Give a frame of what the request alone says."""
    site = site_of(request)
    language, path = split_language(request.url.path)
    return Frame(
        language=language,
        path=path,
        query=request.url.query,
        base_url=site.base_url or str(request.base_url).rstrip("/"),
        timezone=site.timezone,
        today=site.clock.today(),
        csrf=str(request.scope.get("csrf", "")),
        request_id=str(request.scope.get("request_id", "")),
    )


def known_frame(request: Request[Any, Any, Any]) -> Frame:
    """Give the frame that was made before an error, or a bare one: the database may be away."""
    frame = request.scope.get(_SCOPE_KEY)
    return frame if isinstance(frame, Frame) else bare_frame(request)
