"""The shell of Plone drives the service as it is run: a program of others, in both ways of asking.

Each call is a process of its own that prints one JSON envelope; its exit status says what happened.
"""

import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.process.running import Kb, question

SHELL = Path(sys.executable).with_name("plone-restapi")
PASSWORD = "верная лошадь скоба"
UID = "0198f3c2a1b07c3e9d5a4b6c7d8e9f0{}"
ANY_OF = "plone.app.querystring.operation.selection.any"
STATES = "plone.app.vocabularies.WorkflowStates"
REFUSED = 6


class Shell:
    """The program over one service, as one person, by one way of asking."""

    def __init__(self, kb: Kb, mode: str, *, who: str = "admin") -> None:
        self.environment = {
            "PATH": str(SHELL.parent),
            "HOME": str(kb.folder),
            "PLONE_RESTAPI_PASSWORD": PASSWORD,
        }
        self.before = [str(SHELL), "--site-url", kb.base, "--api-mode", mode]
        self.before += (
            ["--auth", "basic", "--username", who, "--secret-source", "environment"]
            if who
            else ["--auth", "anonymous"]
        )

    def run(self, *words: str, given: Any = None) -> tuple[int, dict[str, Any]]:
        """Do one command; give its exit status and its envelope."""
        done = subprocess.run(
            [*self.before, *words],
            env=self.environment,
            input=None if given is None else json.dumps(given),
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )
        return done.returncode, json.loads(done.stdout)

    def result(self, *words: str, given: Any = None) -> Any:
        status, envelope = self.run(*words, given=given)
        assert status == 0, envelope
        return envelope["result"]


@pytest.fixture(scope="module")
def kb(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Kb]:
    with Kb(tmp_path_factory.mktemp("shell"), KB_ADMIN_PASSWORD=PASSWORD) as made:
        made.write(
            "meters/index.md",
            "---\ntype: Topic\ntitle: Счётчики\nstate: published\n---\nО счётчиках.\n",
        )
        for number in range(4):
            made.write(
                f"meters/q{number}.md", question(UID.format(number), f"Вопрос {number}?", "Ответ.")
            )
        made.start("serve")
        yield made


READS: tuple[tuple[tuple[str, ...], str], ...] = (
    (("content", "get", "--path", "/meters/q1"), "Вопрос 1?"),
    (
        ("content", "get", "--path", "/meters", "--all", "--max-items", "9", "--page-size", "2"),
        "q3",
    ),
    (("content", "get", "--path", "/meters/q1", "--expand", "breadcrumbs"), "/@breadcrumbs"),
    (("content", "list-actions", "--path", "/meters"), "folderContents"),
    (("search", "run", "--path", "/meters", "--criterion", "SearchableText=вопрос"), "q2"),
    (("navigation", "get-tree", "--path", "/", "--depth", "2"), "q0"),
    (("navigation", "get-context", "--path", "/meters/q1", "--top-level", "0"), "is_current"),
    (("navigation", "get-root", "--path", "/meters"), "Plone Site"),
    (("navigation", "get-breadcrumbs", "--path", "/meters/q1"), "Счётчики"),
    (("history", "list", "--path", "/meters/q1"), "versioning"),
    (("history", "get", "--path", "/meters/q1", "--version", "1"), "Вопрос 1?"),
    (("aliases", "list", "--path", "/"), "items_total"),
    (("collections", "describe", "--path", "/"), "sortable_indexes"),
    (("users", "list"), "admin"),
    (("groups", "list"), "[]"),
    (("permissions", "list-roles"), "Site Administrator"),
    (("permissions", "search-principals", "--text", "admin"), "admin"),
    (("server", "get-versions"), "version"),
    (("server", "get-bootstrap"), "plone.default_language"),
    (("types", "list", "--path", "/meters"), "immediately_addable"),
    (("types", "get-schema", "--path", "/", "--type-id", "StandardQuestion"), "wordings"),
    (
        ("vocabularies", "query", "--path", "/", "--vocabulary", STATES, "--token", "private"),
        "items_total",
    ),
    (("schema-sources", "resolve", "--path", "/meters/q1", "--field", "audience"), "staff"),
    (
        ("query-sources", "query", "--path", "/meters", "--field", "relatedItems", "--query", "1"),
        "Вопрос 1?",
    ),
    (("workflow", "get", "--path", "/meters/q1"), "retract"),
    (("users", "get", "--user-id", "admin"), "Manager"),
    (("users", "get-schema", "--purpose", "profile"), "fullname"),
)


@pytest.mark.timeout(300)
@pytest.mark.parametrize("mode", ["accept", "traversal"])
def test_the_shell_reads_what_is_served(kb: Kb, mode: str) -> None:
    shell = Shell(kb, mode)
    for words, expected in READS:
        said = json.dumps(shell.result(*words), ensure_ascii=False)
        assert expected in said, (words, said[:500])


@pytest.mark.timeout(300)
def test_the_shell_is_refused_as_plone_refuses(kb: Kb) -> None:
    stranger = Shell(kb, "accept", who="")
    for words in (("users", "list"), ("history", "list", "--path", "/meters/q1")):
        status, envelope = stranger.run(*words)
        assert (status, envelope["error"]["response"]["status"]) == (REFUSED, 401), envelope
    status, envelope = Shell(kb, "accept").run("content", "get", "--path", "/nowhere")
    assert (status, envelope["error"]["response"]["status"]) == (REFUSED, 404), envelope


@pytest.mark.timeout(300)
@pytest.mark.parametrize("mode", ["accept", "traversal"])
def test_the_shell_writes_and_finds_what_it_wrote(kb: Kb, mode: str) -> None:
    shell = Shell(kb, mode)
    name = f"von-{mode}"
    body = {"@type": "Document", "id": name, "title": f"Из оболочки {mode}"}
    shell.result("content", "create", "--path", "/meters", "--input", "-", given=body)
    here = ("--path", f"/meters/{name}")
    shell.result("workflow", "transition", *here, "--transition", "publish", "--no-lock")
    flow = shell.result("content", "get", *here)
    assert flow["review_state"] == "published"
    copied = shell.result(
        "content", "copy", "--path", "/", "--source-path", f"/meters/{name}", "--no-lock"
    )
    assert copied[0]["target"] == f"{kb.base}/{name}"
    rows = [{"i": "review_state", "o": ANY_OF, "v": ["private"]}]
    found = shell.result(
        "collections", "search", "--path", "/", "--input", "-", given={"query": rows}
    )
    assert f"{kb.base}/{name}" in [one["@id"] for one in found["items"]]
