"""A handbook for tests of the document page, and a browser that types into its form."""

import re
from html import unescape
from html.parser import HTMLParser

from httpx import Response

from kb_service.base.ids import Uid
from kb_service.base.permissions import Role
from kb_service.handbook import queries
from kb_service.handbook.queries import EditView
from tests.handbook import make
from tests.web.people_site import Site

TITLE = "Кто меняет счётчик?"


class _Form(HTMLParser):
    """The fields of the document's form, as a browser would send them."""

    def __init__(self, html: str, name: str) -> None:
        super().__init__()
        self.name = name
        self.fields: dict[str, str] = {}
        self._inside = False
        self._area = ""
        self._select = ""
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag == "form":
            self._inside = self.name in (given.get("id"), given.get("action"))
        if not self._inside or ("name" not in given and tag != "option"):
            return
        if tag == "input":
            is_on = given.get("type") not in ("radio", "checkbox") or "checked" in given
            if is_on and given.get("type") != "file":
                self.fields[given["name"]] = given.get("value", "")
        elif tag == "textarea":
            self._area, self.fields[given["name"]] = given["name"], ""
        elif tag == "select":
            self._select = given["name"]
        elif tag == "option" and self._select and "selected" in given:
            self.fields[self._select] = given["value"]

    def handle_data(self, data: str) -> None:
        if self._area:
            self.fields[self._area] += data

    def handle_endtag(self, tag: str) -> None:
        if tag == "textarea" and self._area:
            # A browser drops the one line end behind the tag.
            self.fields[self._area] = self.fields[self._area].removeprefix("\n")
            self._area = ""
        if tag == "select":
            self._select = ""
        if tag == "form":
            self._inside = False


def form_of(answer: Response, name: str = "document") -> dict[str, str]:
    """Give what the page's form would send if nobody touched it."""
    fields = _Form(answer.text, name).fields
    assert fields, f"{answer.status_code}: no form {name}"
    return fields


def question(site: Site, *, live: bool = True, **front: object) -> Uid:
    """Make a question in a topic, as the reviewer of the tests would."""
    with site.work() as work:
        topic = make.topic(work)
        return make.question(work, topic, title=TITLE, name="kto", live=live, **front)


def come(site: Site, role: Role, login: str = "elena") -> None:
    """Let somebody with an account sign in."""
    site.account(login, role)
    site.sign_in(login)


def send(site: Site, path: str, do: str = "save", **typed: str) -> Response:
    """Open a page, type into its form and press a button."""
    fields = form_of(site.get(path))
    return site.post(action_of(fields), {**fields, **typed, "do": do})


def action_of(fields: dict[str, str]) -> str:
    """Give the address to which a document's form is sent."""
    return f"/edit/items/{fields['uid']}" if fields["uid"] else "/edit/new"


def view(site: Site, uid: str) -> EditView:
    """Give the item as its editor would find it."""
    with site.work() as work:
        return queries.for_editing(work, uid=uid)


def errors_at(answer: Response) -> dict[str, str]:
    """Give the sentences that stand at fields of a page."""
    found = re.findall(r'<span class="err" id="([\w-]+)-e">([^<]+)</span>', answer.text)
    return {name: unescape(sentence) for name, sentence in found}
