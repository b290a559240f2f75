"""Whatever becomes of an item, its words appear and vanish on every door in the same second.

The service with its worker in threads, as `kb serve` has it, and the machine's own clock. After
each step every door is asked as a stranger, an operator and an editor, once and without patience:
an answer to a step is given when the change is served.
"""

import shutil
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import quote

import msgspec
import pytest

from kb_service.base.clock import Clock, SetClock
from kb_service.base.permissions import SYSTEM
from kb_service.base.work import Work, open_work
from kb_service.handbook import codec, queries
from kb_service.handbook.acts import edit, workflow
from kb_service.handbook.render import Renderer
from kb_service.handbook.schemas import Audience, Source, StandardQuestion, Topic
from kb_service.hooks.acts import hooks
from kb_service.hooks.rules import hosts_of
from kb_service.hooks.schemas import OFFERED, Policy
from kb_service.worker import worker_of
from tests.api import make as handbook
from tests.hooks.receiver import Receiver
from tests.process.running import until
from tests.service import Service, Template, house_in, make_template, serving
from tests.service_fixtures import renderer

__all__ = ["renderer"]
# The package of the tools speaks of the next release of its own command line.
pytestmark = pytest.mark.filterwarnings("ignore:'MultiCommand' is deprecated:DeprecationWarning")
STRANGER, OPERATOR, EDITOR = "", "olga", "elena"
READERS = (STRANGER, OPERATOR, EDITOR)
NOBODY: frozenset[str] = frozenset()
WRITERS, STAFF, EVERYBODY = frozenset({EDITOR}), frozenset({OPERATOR, EDITOR}), frozenset(READERS)
SECOND_S = 1.0
# A page repeats what was asked: it is asked for by another word of the same title.
QUERY, TITLE, LIVE, NEXT, INNER = "абырвалг", "зюзикта", "зюзикшо", "зюзикру", "зюзикпы"
INSIDE = Policy(hosts_of("127.0.0.1"), allows_private=True)
_MCP = "2026-07-28"
Found = dict[str, set[str]]


class Door(msgspec.Struct, frozen=True):
    """A way by which a text leaves the service; `own` ones show an editor what is not live."""

    name: str
    ask: Callable[[Service, str], str]
    own: bool = False


def page(path: str, accept: str = "text/html", *, own: bool = False) -> Door:
    def ask(service: Service, who: str) -> str:
        answer = service.get(path, who, accept=accept)
        assert answer.status_code < 500, (path, answer.text)
        return answer.text + repr(answer.headers.multi_items())

    return Door(path, ask, own)


def tool(name: str, *, own: bool = False, **values: Any) -> Door:
    """Give a tool of language models, called as their protocol does."""

    def ask(service: Service, who: str) -> str:
        meta = {
            "io.modelcontextprotocol/protocolVersion": _MCP,
            "io.modelcontextprotocol/clientCapabilities": {},
        }
        method, params = "tools/list", {"_meta": meta}
        headers = {"mcp-protocol-version": _MCP, "mcp-method": method}
        if name != method:
            method = headers["mcp-method"] = "tools/call"
            params |= {"name": name, "arguments": {"data": values}}
            headers["mcp-name"] = name
        body = {"jsonrpc": "2.0", "id": 1, "method": method, "params": params}
        headers["accept"] = "application/json, text/event-stream"
        answer = service.ask("POST", "/mcp", who, body, **headers)
        assert answer.status_code == 200, answer.text
        return answer.text

    return Door(f"mcp {name}", ask, own)


def doors(path: str) -> list[Door]:
    """Give every door that shows an item at its address or tells of it elsewhere."""
    json, q = "application/json", quote(QUERY)
    below = "&expand.navigation.depth=3"
    saved = (
        '{"query":[{"i":"path","o":"plone.app.querystring.operation.string.absolutePath",'
        '"v":"/"}],"metadata_fields":"_all","b_size":1000}'
    )
    return [
        *(page(one, own=True) for one in (path, f"/en{path}", "/weather", "/", "/topics")),
        *(page(one, "*/*", own=True) for one in ("/rss.xml", "/sitemap.xml", "/opensearch.xml")),
        page(f"/search?q={q}"),
        page(f"/desk?q={q}", own=True),
        page(path, json, own=True),
        page(f"/api{path}?expand=workflow,breadcrumbs,relations,comments,lock", json, own=True),
        page(f"/api{path}/@history", json, own=True),
        page(f"/api{path}/@history/1", json, own=True),
        page(f"/api{path}/@workingcopy", json, own=True),
        page(f"/edit{path}", own=True),
        page("/edit", own=True),
        page("/api/weather?fullobjects=1&metadata_fields=_all", json, own=True),
        page(f"/api/@navigation?x=1{below}", json, own=True),
        page(f"/api{path}/@contextnavigation?expand.contextnavigation.topLevel=0", json, own=True),
        page("/api/@search?path.query=/weather&metadata_fields=_all&fullobjects=1", json, own=True),
        page(f"/api/@search?SearchableText={q}&metadata_fields=_all", json, own=True),
        page(f"/api/@querystring-search?query={quote(saved)}", json, own=True),
        page("/api/@relations?relation=relatedItems", json, own=True),
        page("/api/@aliases", json, own=True),
        page(f"/api/@answers?q={q}&limit=20", json),
        page(f"/api/@suggest?q={quote(QUERY[:5])}", json),
        page("/api/@export?form=csv", "*/*", own=True),
        tool("tools/list"),
        tool("search_answers", question=QUERY),
        tool("read_answer", own=True, item=path),
    ]


@pytest.fixture(scope="module")
def template(
    sqlite_template: Path, renderer: Renderer, tmp_path_factory: pytest.TempPathFactory
) -> Template:
    folder = tmp_path_factory.mktemp("steps")
    return make_template(folder, sqlite_template, renderer, SetClock(datetime.now(UTC)), _fill)


def _fill(work: Work) -> None:
    # A search of three texts could tell nothing apart.
    handbook.handbook(work)
    root = queries.for_editing(work, path="/").uid
    for name, title in (("weather", "Погода"), ("other", "Другая тема")):
        text = codec.revision_text(codec.new("Topic", Topic(title=title), ""))
        workflow.publish(work, edit.create(work, root, text, name=name))


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    one = Receiver()
    with one.running():
        yield one


@pytest.fixture
def service(
    template: Template, renderer: Renderer, tmp_path: Path, receiver: Receiver
) -> Iterator[Service]:
    place = tmp_path / "service"
    shutil.copytree(template.folder, place)
    house = house_in(
        place, renderer, Clock(), mcp=True, webhook_hosts="127.0.0.1", webhook_private=True
    )
    house.site()
    with open_work(house.database, SYSTEM, house.clock) as work:
        hooks.add(work, receiver.url, [str(one) for one in OFFERED], INSIDE)
    with serving(house, template.tokens, worker_of(house)) as one:
        until(lambda: house.engine.seq > 0)
        yield one


class Watch:
    """What is asked after each step, and what was heard until then."""

    def __init__(self, service: Service, receiver: Receiver) -> None:
        self.service = service
        self.receiver = receiver
        self.path = "/weather/news"
        self.said: dict[str, dict[str, str]] = {}
        self.took_s = 0.0

    def step(self, method: str, name: str = "", body: Any = None) -> None:
        answer = self.service.ask(method, f"/api{self.path}{name}", "rita", body)
        assert answer.is_success, (method, name, answer.text)
        self.said = {}

    def look(self) -> None:
        """Ask every door as everybody, once, and keep what they said."""
        started = time.perf_counter()
        self.said = {
            door.name: {who: door.ask(self.service, who).lower() for who in READERS}
            for door in doors(self.path)
        }
        self.took_s = time.perf_counter() - started

    def found(self, word: str) -> Found:
        """Give who finds a word where since the last step."""
        if not self.said:
            self.look()
        return {
            name: {who for who, text in texts.items() if word in text}
            for name, texts in self.said.items()
        }

    def expect(self, word: str, world: frozenset[str], writers: frozenset[str] = NOBODY) -> Found:
        """Judge the doors: `world` may read the word as what is live, `writers` as who edits it.

        No door shows it to anybody else, and somebody's door shows it to each who may read it.
        """
        found = self.found(word)
        own = {door.name for door in doors(self.path) if door.own}
        wrong = {
            name: sorted(who - (world | writers if name in own else world))
            for name, who in found.items()
        }
        assert {name: who for name, who in wrong.items() if who} == {}
        for who in world | writers:
            assert [name for name, seen in found.items() if who in seen], (word, who)
        return found


@pytest.fixture
def watch(service: Service, receiver: Receiver) -> Watch:
    return Watch(service, receiver)


def text_of(title: str, live: str, **front: Any) -> str:
    question = StandardQuestion(
        title=f"Что такое {QUERY} {title}", code="W01", sources=[Source(act="Закон")], **front
    )
    body = f"Это {live}.\n\n::: staff\nДля своих {INNER}.\n:::\n"
    return codec.revision_text(codec.new("StandardQuestion", question, body))


def begin(watch: Watch, **front: Any) -> None:
    text = text_of(TITLE, LIVE, **front)
    answer = watch.service.ask("POST", "/api/weather", "rita", {"source": text, "id": "news"})
    assert answer.status_code == 201, answer.text


def is_open(found: Found) -> bool:
    """Say whether the world finds a word on all doors that are open to it."""
    begins = ("/search", "/api/@answers", "/api/@suggest", "/api/@search?", "/api/@querystring-")
    whole = ("/weather", "/weather/news", "/rss.xml", "mcp search_answers", "mcp read_answer")
    missing = [n for n in found if n.startswith(begins) or n in whole if STRANGER not in found[n]]
    assert missing == []
    return True


def test_a_private_text_is_its_editors_alone(watch: Watch) -> None:
    begin(watch)
    found = watch.expect(TITLE, NOBODY, WRITERS)
    assert EDITOR in found["/edit/weather/news"]
    watch.expect(INNER, NOBODY, WRITERS)


def test_publishing_opens_every_door_and_each_taking_back_closes_it(watch: Watch) -> None:
    begin(watch)
    for step, back in (("retract", ""), ("archive", "restore")):
        watch.step("POST", "/@workflow/publish")
        assert is_open(watch.expect(TITLE, EVERYBODY))
        watch.expect(LIVE, EVERYBODY)
        watch.expect(INNER, STAFF)
        watch.step("POST", f"/@workflow/{step}")
        watch.expect(TITLE, NOBODY, WRITERS)
        watch.expect(LIVE, NOBODY, WRITERS)
        if back:
            watch.step("POST", f"/@workflow/{back}")
    watch.expect(TITLE, NOBODY, WRITERS)


def test_a_draft_beside_opens_nothing_until_it_is_published(watch: Watch) -> None:
    begin(watch)
    watch.step("POST", "/@workflow/publish")
    watch.step("POST", "/@workingcopy")
    watch.step("PATCH", "", {"source": text_of(TITLE, NEXT)})
    watch.expect(NEXT, NOBODY, WRITERS)
    assert is_open(watch.expect(TITLE, EVERYBODY))
    watch.expect(LIVE, EVERYBODY)
    watch.step("PATCH", "/@workingcopy")
    watch.expect(NEXT, EVERYBODY)
    # What it was before is for those who may read its history.
    assert STRANGER not in set().union(*watch.found(LIVE).values())


def test_what_becomes_one_for_staff_is_theirs_at_once(watch: Watch) -> None:
    begin(watch)
    watch.step("POST", "/@workflow/publish")
    watch.step("PATCH", "", {"source": text_of(TITLE, LIVE, audience=Audience.STAFF)})
    found = watch.expect(TITLE, STAFF)
    assert OPERATOR in found["/weather/news"]
    watch.step("PATCH", "", {"source": text_of(TITLE, LIVE)})
    assert is_open(watch.expect(TITLE, EVERYBODY))


def test_a_moved_item_is_at_its_new_address_alone(watch: Watch) -> None:
    begin(watch)
    watch.step("POST", "/@workflow/publish")
    old = watch.path
    watch.path = "/other"
    watch.step("POST", "/@move", {"source": old})
    watch.path = "/other/news"
    assert STRANGER in watch.expect(TITLE, EVERYBODY)["/other/news"]
    # Addresses of before lead on, and stand in no list of the world.
    assert watch.service.get(old, accept="text/html").headers["location"].endswith("/other/news")
    told = watch.found(old)
    assert {name for name, who in told.items() if STRANGER in who} == set()
    assert TITLE not in watch.service.get("/weather", accept="text/html").text


def test_a_deleted_item_is_gone_and_comes_back_private(watch: Watch) -> None:
    begin(watch)
    watch.step("POST", "/@workflow/publish")
    uid = watch.service.get(f"/api{watch.path}").json()["UID"]
    watch.step("DELETE")
    watch.expect(TITLE, NOBODY)
    with watch.service.work() as work:
        edit.untrash(work, uid)
    watch.said = {}
    watch.expect(TITLE, NOBODY, WRITERS)
    watch.step("POST", "/@workflow/publish")
    assert is_open(watch.expect(TITLE, EVERYBODY))


def test_an_hour_that_comes_opens_and_closes_within_its_second(watch: Watch) -> None:
    begin(watch)
    watch.look()
    opens = datetime.now(UTC) + timedelta(seconds=2 * watch.took_s + 3 * SECOND_S)
    closes = opens + timedelta(seconds=3 * watch.took_s + 3 * SECOND_S)
    watch.step("PATCH", "", {"source": text_of(TITLE, LIVE, publish_at=opens, expires_at=closes)})
    watch.step("POST", "/@workflow/publish")
    watch.expect(TITLE, NOBODY, WRITERS)
    assert datetime.now(UTC) < opens, "too slow to see it before its hour"
    pause_until(watch, opens)
    assert is_open(watch.expect(TITLE, EVERYBODY))
    pause_until(watch, closes)
    watch.expect(TITLE, NOBODY, WRITERS)


def pause_until(watch: Watch, moment: datetime) -> None:
    """Wait until a second after a moment: from then on every door must be right."""
    left = (moment - datetime.now(UTC)).total_seconds() + SECOND_S
    time.sleep(max(0.0, left))
    watch.said = {}


def test_other_programs_hear_of_no_word_that_the_world_may_not_read(
    watch: Watch, receiver: Receiver
) -> None:
    begin(watch)
    time.sleep(1.5 * SECOND_S)
    assert receiver.received == []
    watch.step("POST", "/@workflow/publish")
    until(lambda: TITLE in heard(receiver), 3 * SECOND_S)
    watch.step("POST", "/@workingcopy")
    watch.step("PATCH", "", {"source": text_of(NEXT, NEXT)})
    time.sleep(1.5 * SECOND_S)
    watch.step("POST", "/@workflow/retract")
    until(lambda: "item.retracted" in heard(receiver), 3 * SECOND_S)
    assert [word for word in (LIVE, NEXT, INNER) if word in heard(receiver)] == []


def heard(receiver: Receiver) -> str:
    return " ".join(one.raw.decode() for one in receiver.received)
