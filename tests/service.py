"""The whole service in process for tests of faces: a house on copied files, a clock that stands.

A template (database with content and accounts, index) is made once a session; each test that writes
gets its copy. Jobs run at once when a write is done, so that what follows is seen without waiting.
"""

import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import msgspec
from httpx import Response
from litestar import Litestar
from litestar.testing import TestClient

from kb_service.app import create_app
from kb_service.base.clock import Clock, SetClock
from kb_service.base.permissions import SYSTEM, Actor, Role
from kb_service.base.work import Work, open_work
from kb_service.handbook.render import Renderer
from kb_service.people.acts import accounts, tokens
from kb_service.people.queries.actors import actor_of
from kb_service.people.queries.directory import user_by_login
from kb_service.people.schemas import NewUser, Scope
from kb_service.people.tables import User
from kb_service.settings import Settings
from kb_service.wiring import House
from kb_service.worker import Worker, worker_of

BASE = "https://help.example"
PROBLEM = "application/problem+json"
PEOPLE = {
    "olga": Role.OPERATOR,
    "elena": Role.EDITOR,
    "rita": Role.REVIEWER,
    "anna": Role.ADMINISTRATOR,
}


class Lent(Renderer):
    """The session's renderer: a house that closes must not take it away from the others."""

    def close(self) -> None:
        """Nothing: it is the session's."""


class Template(msgspec.Struct):
    """Files from which services of a session are copied, and the tokens of its people."""

    folder: Path
    tokens: dict[str, str]


class Service:
    """A running service and the people who ask it."""

    def __init__(
        self, house: House, app: Any, client: TestClient[Any], tokens: dict[str, str]
    ) -> None:
        self.house = house
        # Behind the front step and the step of paths lies the application with its routes.
        self.front = app
        self.litestar: Litestar = app.inner.app
        self.client = client
        self.tokens = tokens
        self.roles = {login: str(role) for login, role in PEOPLE.items()}

    def get(self, path: str, who: str = "", **headers: str) -> Response:
        """Read as somebody; Plone's shape is asked for."""
        return self.ask("GET", path, who, **headers)

    def ask(
        self, method: str, path: str, who: str = "", json: Any = None, **headers: str
    ) -> Response:
        """Ask as somebody; header names are written with `_`."""
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        named.setdefault("accept", "application/json")
        if who:
            named["authorization"] = f"Bearer {self.tokens[who]}"
        return self.client.request(method, path, json=json, headers=named, follow_redirects=False)

    @contextmanager
    def work(self, actor: Actor = SYSTEM) -> Iterator[Work]:
        """Open a unit of work behind the service's back, and do what follows from it."""
        with open_work(self.house.database, actor, self.house.clock) as work:
            yield work
        self.settle()

    def uid_of(self, login: str) -> str:
        """Give the uid of an account."""
        with open_work(self.house.database, SYSTEM, self.house.clock, write=False) as work:
            return user_by_login(work, login).uid

    def forget(self) -> None:
        """Drop prepared answers, as the look at the sequence of changes does within 250 ms."""
        self.front.forget()

    def settle(self) -> None:
        """Do what was left for afterwards, and serve it."""
        worker_of(self.house).run_due()
        self.house.engine.refresh()


def house_in(
    folder: Path,
    renderer: Renderer,
    clock: Clock,
    database_url: str = "",
    **settings: Any,
) -> House:
    """Make a house over a folder's files; its database is there too unless another is named."""
    content = folder / "content"
    content.mkdir(exist_ok=True)
    settings = Settings(
        data_dir=folder,
        database_url=database_url,
        content_dir=content,
        index_dir=folder / "index",
        base_url=BASE,
        encoder="off",
        watch=False,
        **{"webhook_hosts": "hooks.example.org", **settings},
    )
    house = House(settings, clock)
    house.renderer.close()
    house.renderer = renderer
    return house


def make_template(
    folder: Path, database: Path, renderer: Renderer, clock: SetClock, fill: Callable[[Work], None]
) -> Template:
    """Fill a fresh house with people and content, index it, and let it go."""
    folder.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(database, folder / "kb.sqlite")
    house = house_in(folder, renderer, clock)
    tokens = filled(house, fill)
    house.close()
    return Template(folder, tokens)


def filled(house: House, fill: Callable[[Work], None]) -> dict[str, str]:
    """Put people and content into a house; give the people's tokens."""
    house.site()
    tokens = {login: _token(house, login, role) for login, role in PEOPLE.items()}
    with open_work(house.database, SYSTEM, house.clock) as work:
        fill(work)
    worker_of(house).run_due()
    return tokens


@contextmanager
def running(
    template: Template, folder: Path, renderer: Renderer, clock: SetClock
) -> Iterator[Service]:
    """Run a service on a copy of the template."""
    shutil.copytree(template.folder, folder, dirs_exist_ok=True)
    with serving(house_in(folder, renderer, clock), template.tokens) as service:
        yield service


@contextmanager
def serving(
    house: House, tokens: dict[str, str], worker: Worker | None = None
) -> Iterator[Service]:
    """Run the service of a house; its jobs are done at once, or by a worker in its own threads."""
    app: Any = create_app(house, worker=worker)
    if worker is None:
        app.site.wake = worker_of(house).run_due
    with TestClient(app, base_url=BASE, raise_server_exceptions=False) as client:
        yield Service(house, app, client, tokens)


def _token(house: House, login: str, role: Role) -> str:
    with open_work(house.database, SYSTEM, house.clock) as work:
        made = accounts.invite(
            work, NewUser(login=login, name=login.title(), roles=frozenset({role}))
        )
    with open_work(house.database, SYSTEM, house.clock) as work:
        actor = actor_of(work, work.session.get_one(User, made.user_uid))
    with open_work(house.database, actor, house.clock) as work:
        return tokens.issue(work, "tests", 365, Scope.FULL, key=house.site().token_key).token
