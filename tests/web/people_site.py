"""The whole service in process, with people who sign in through its pages, on either database."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from httpx import Response
from litestar.testing import TestClient

from kb_service.app import create_app
from kb_service.base.clock import SetClock
from kb_service.base.db import Database
from kb_service.base.permissions import SYSTEM, Role
from kb_service.base.work import Work, open_work
from kb_service.handbook.acts import edit
from kb_service.handbook.render import Renderer
from kb_service.people.acts import accounts, passwords
from kb_service.people.schemas import NewUser
from kb_service.settings import Settings
from kb_service.wiring import House
from tests.databases import kept_open

BASE = "https://help.example"
PASSWORD = "верная лошадь скоба"
_CSRF = re.compile(r'name="csrf" value="([^"]+)"')
PEOPLE = {
    "olga": Role.OPERATOR,
    "elena": Role.EDITOR,
    "rita": Role.REVIEWER,
    "anna": Role.ADMINISTRATOR,
}


class Site:
    """A running service and one browser that looks at it."""

    def __init__(self, house: House, client: TestClient[Any], gate: Any) -> None:
        self.house = house
        self.client = client
        # What the handlers know of the house.
        self.gate = gate
        self.key: str = gate.token_key

    @contextmanager
    def work(self) -> Iterator[Work]:
        """Open a unit of the house's own."""
        with open_work(self.house.database, SYSTEM, self.house.clock) as work:
            yield work

    def account(self, login: str, *roles: Role, password: str = PASSWORD) -> str:
        """Make an account that can sign in; give its uid."""
        with self.work() as work:
            new = NewUser(login=login, name=login.title(), roles=frozenset(roles))
            made = accounts.invite(work, new)
        if password:
            with self.work() as work:
                passwords.set_password(work, made.secret, password)
        return made.user_uid

    def get(self, path: str, **headers: str) -> Response:
        """Look at a page."""
        return self.client.get(path, headers=_named(headers), follow_redirects=False)

    def post(self, path: str, data: dict[str, Any] | None = None, **headers: str) -> Response:
        """Send a form as a browser does from a page of ours; `csrf` must be in the data."""
        headers.setdefault("origin", BASE)
        return self.client.post(
            path, data=data or {}, headers=_named(headers), follow_redirects=False
        )

    def send(self, page: str, path: str, data: dict[str, Any] | None = None) -> Response:
        """Load a page, fill its form in and send it."""
        return self.post(path, {"csrf": csrf_of(self.get(page)), **(data or {})})

    def sign_in(self, login: str, password: str = PASSWORD, next_path: str = "") -> Response:
        """Sign the browser in."""
        data = {"login": login, "password": password, "next": next_path}
        return self.send("/desk/sign-in", "/desk/sign-in", data)

    def forget(self) -> None:
        """Become a browser without cookies."""
        self.client.cookies.clear()


def csrf_of(answer: Response) -> str:
    """Give the token of a page's form."""
    found = _CSRF.search(answer.text)
    assert found, f"{answer.status_code}: a page without a form"
    return found[1]


class Apps:
    """One application for each kind of database, made at its first use and lent test by test."""

    def __init__(self, folder: Path, renderer: Renderer) -> None:
        self.folder = folder
        self.renderer = renderer
        self._made: dict[str, tuple[House, Any]] = {}

    @contextmanager
    def lent(self, database: Database, clock: SetClock) -> Iterator[Site]:
        """Give a service over a database whose transaction is taken back, and a new browser.

        The application's lifespan is not begun: nothing looks at the database on the side.
        """
        with kept_open(database) as kept:
            house, app = self._app(kept, clock)
            house.database = app.site.database = kept
            house.clock = app.site.clock = clock
            with open_work(kept, SYSTEM, clock) as work:
                edit.plant(work)
            client: TestClient[Any] = TestClient(app, BASE, raise_server_exceptions=False)
            yield Site(house, client, app.site)

    def _app(self, kept: Database, clock: SetClock) -> tuple[House, Any]:
        kind = kept.url.get_backend_name()
        if kind not in self._made:
            folder = self.folder / kind
            (folder / "content").mkdir(parents=True)
            house = House(
                Settings(
                    data_dir=folder,
                    content_dir=folder / "content",
                    index_dir=folder / "index",
                    base_url=BASE,
                    encoder="off",
                    watch=False,
                ),
                clock,
            )
            house.renderer.close()
            house.database.close()
            house.renderer, house.database = self.renderer, kept
            self._made[kind] = (house, create_app(house))
        return self._made[kind]


def _named(headers: dict[str, str]) -> dict[str, str]:
    return {name.replace("_", "-"): value for name, value in headers.items() if value}
