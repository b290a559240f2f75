"""What the import linter cannot see: the house's own rules, read from the source."""

import ast
import importlib
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent / "kb_service"
FILES = sorted(
    path
    for path in ROOT.rglob("*.py")
    if "migrations" not in path.parts and "static" not in path.parts
)
NAMES = [path.relative_to(ROOT).as_posix() for path in FILES]
# Queries that read nothing an actor could be kept from, each with the reason.
OPEN_QUERIES = {
    "people.queries.actors.actor_of_session": "who asks is only known after it",
    "people.queries.actors.actor_of_token": "who asks is only known after it",
    "people.queries.actors.actor_of_password": "who asks is only known after it",
    "people.queries.actors.actor_of": "turns a row that was found already into an actor",
    "people.queries.directory.login_of_link": "the link's secret is the right to see it",
    "people.queries.directory.link_of": "the link's secret is the right to see it",
    "people.queries.directory.token_key": "a key of the house itself, never shown",
    "people.queries.directory.has_administrator": "yes or no, asked by the first start",
    "people.queries.directory.demo_logins": "shown to everybody at the sign-in of a demonstration",
    "handbook.queries.sharing.with_local_roles": "who asks is only known whole after it",
    "handbook.queries.whole.last_change": "a number that says only that something changed",
    "handbook.queries.whole.changes_after": "uids without a text, for the house's own caches",
    "handbook.queries.sheets.stamp": "numbers that say only that something changed",
    "handbook.queries.sheets.facts_changed_since": "compares values that every text may show",
}
# By what a query may begin: the narrowed table, a permission, or a query that begins so.
STARTS = (
    r"\b(readable|allow|allow_somewhere|where_allowed|item_at|item_of|sheet_text|children|cards|"
    r"topics|facts|company|shown_revision|queries\.\w+|chunked|draft_row)\("
)
FORBIDDEN_WORDS = {"ticket", "article", "assignee", "priority", "severity"}


@cache
def tree_of(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"))


def functions(tree: ast.AST) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield node


def is_in(name: str, kind: str) -> bool:
    """Say whether a file belongs to the room's acts, queries, rules ... (a file or a folder)."""
    parts = Path(name).with_suffix("").parts
    return kind in parts[1:] and not parts[-1].startswith("_")


def source_lines(path: Path, pattern: str) -> list[int]:
    lines = path.read_text(encoding="utf-8").splitlines()
    return [number for number, line in enumerate(lines, 1) if re.search(pattern, line)]


def test_one_commit_site() -> None:
    found = {
        name
        for name, path in zip(NAMES, FILES, strict=True)
        if source_lines(path, r"\.(commit|rollback)\(|create_engine\(")
    }
    # the other is the commit of Whoosh's own writer, a cache that can be built anew
    assert found == {"base/db.py", "search/index.py"}


def test_one_audit_site() -> None:
    found = {
        name
        for name, path in zip(NAMES, FILES, strict=True)
        if source_lines(path, r"audit\.append\(")
    }
    assert found == {"base/work.py"}


@pytest.mark.parametrize("name", [name for name in NAMES if is_in(name, "acts")])
def test_every_public_function_of_acts_is_an_act(name: str) -> None:
    for node in tree_of(ROOT / name).body:
        if isinstance(node, ast.FunctionDef) and not node.name.startswith("_"):
            marks = [ast.unparse(mark) for mark in node.decorator_list]
            assert any(mark.startswith("act(") for mark in marks), f"{name}: {node.name}"
            assert node.args.args[0].arg == "work", f"{name}: {node.name}"
            assert ast.get_docstring(node), f"{name}: {node.name} has no docstring"


def test_names_of_acts_are_unique() -> None:
    names = [
        match
        for name, path in zip(NAMES, FILES, strict=True)
        if is_in(name, "acts")
        for match in re.findall(r'@act\(\s*"([^"]+)"', path.read_text(encoding="utf-8"))
    ]
    assert len(names) == len(set(names))
    assert all(re.fullmatch(r"[a-z]+(\.[a-z_]+)", name) for name in names)


def test_only_acts_jobs_and_the_ground_floor_write() -> None:
    writers = {
        # mechanisms of quiet tables, or parts of acts and jobs that have their own file
        "base/outbox.py",
        "base/audit.py",
        "base/repeats.py",
        "people/guesses.py",
        "handbook/sync.py",
        "handbook/files.py",
        "search/journal.py",
        "search/vectors.py",
        "search/semantic.py",
    }
    for name, path in zip(NAMES, FILES, strict=True):
        parts = Path(name).with_suffix("").parts
        if name in writers or "acts" in parts or "jobs" in parts:
            continue
        pattern = r"session\.(add|delete|merge)\(|(?<![\w.@])(?<!def )(insert|update|delete)\("
        assert not source_lines(path, pattern), name


@pytest.mark.parametrize("name", [name for name in NAMES if is_in(name, "queries")])
def test_every_query_starts_from_what_is_readable(name: str) -> None:
    module = name.removesuffix(".py").replace("/", ".")
    tree = tree_of(ROOT / name)
    bodies = {
        node.name: ast.unparse(node) for node in tree.body if isinstance(node, ast.FunctionDef)
    }
    for node in tree.body:
        if not isinstance(node, ast.FunctionDef) or node.name.startswith("_"):
            continue
        if any("reads(" in ast.unparse(mark) for mark in node.decorator_list):
            continue
        if any("lru_cache" in ast.unparse(mark) for mark in node.decorator_list):
            continue
        assert node.args.args[0].arg == "work", f"{name}: {node.name}"
        if f"{module}.{node.name}" in OPEN_QUERIES:
            continue
        text = bodies[node.name]
        # through another function of the same module or of a query is as good
        called = [one for one in bodies if re.search(rf"\b{one}\(", text) and one != node.name]
        text += " ".join(bodies[one] for one in called)
        assert re.search(STARTS, text), f"{name}: {node.name}"


@pytest.mark.parametrize(
    ("pattern", "allowed"),
    [
        (r"datetime\.now\(|date\.today\(|(?<!perf_counter)\btime\.time\(", {"base/clock.py"}),
        (r"os\.environ|getenv\(", {"settings.py", "server.py"}),
        (r"(?<![\w.])print\(", {"cli.py"}),
    ],
)
def test_clock_environment_and_print_have_one_place(pattern: str, allowed: set[str]) -> None:
    found = {name for name, path in zip(NAMES, FILES, strict=True) if source_lines(path, pattern)}
    assert found <= allowed


@pytest.mark.parametrize("name", NAMES)
def test_no_import_inside_a_function(name: str) -> None:
    for function in functions(tree_of(ROOT / name)):
        inner = [
            node for node in ast.walk(function) if isinstance(node, ast.Import | ast.ImportFrom)
        ]
        assert not inner, f"{name}: {function.name}"


@pytest.mark.parametrize("name", NAMES)
def test_files_and_functions_are_small(name: str) -> None:
    path = ROOT / name
    assert len(path.read_text(encoding="utf-8").splitlines()) <= 500
    for function in functions(tree_of(path)):
        length = (function.end_lineno or 0) - function.lineno + 1
        assert length <= 60, f"{name}: {function.name} has {length} lines"


@pytest.mark.parametrize("name", NAMES)
def test_every_module_says_what_it_is(name: str) -> None:
    text = ast.get_docstring(tree_of(ROOT / name))
    assert text, name
    assert text.split("\n", 1)[0].rstrip().endswith((".", ":", "»")), name


def test_tables_of_a_room_are_used_at_home() -> None:
    allowed = {"wiring.py", "start.py"}
    for name, path in zip(NAMES, FILES, strict=True):
        room = name.split("/")[0]
        for other in re.findall(r"kb_service\.(\w+)\.tables", path.read_text(encoding="utf-8")):
            if other in (room, "base") or name in allowed:
                continue
            assert is_in(name, "queries") or name.endswith("tables.py"), f"{name} uses {other}"


def test_identifiers_are_words_of_the_field() -> None:
    for name, path in zip(NAMES, FILES, strict=True):
        for node in ast.walk(tree_of(path)):
            words = []
            if isinstance(node, ast.FunctionDef | ast.ClassDef | ast.AsyncFunctionDef):
                words = re.findall(r"[A-Z]?[a-z]+", node.name)
            elif isinstance(node, ast.Name):
                words = re.findall(r"[A-Z]?[a-z]+", node.id)
            assert not FORBIDDEN_WORDS & {word.lower() for word in words}, f"{name}: {words}"


def test_every_job_kind_has_a_function() -> None:
    wiring = (ROOT / "wiring.py").read_text(encoding="utf-8")
    known = set(re.findall(r'"([a-z]+\.[a-z_]+)": (?:partial\(|self\._)', wiring))
    asked = {
        kind
        for path in FILES
        for kind in re.findall(r'\.later\(\s*"([a-z_.]+)"', path.read_text(encoding="utf-8"))
    }
    assert asked <= known


def test_every_room_stands_on_its_floor() -> None:
    text = (ROOT.parent / "pyproject.toml").read_text(encoding="utf-8")
    folders = {path.parent.name for path in ROOT.glob("*/__init__.py")} - {"migrations"}
    floors = re.search(r"layers = \[(.*?)\]", text, re.DOTALL)
    assert floors is not None
    assert folders <= set(re.findall(r"\w+", floors[1]))
    rooms = {folder for folder in folders if (ROOT / folder / "tables.py").exists()}
    inside = re.search(r'\(schemas\)"\]\ncontainers = \[(.*?)\]', text, re.DOTALL)
    assert inside is not None
    assert rooms == {name.split(".")[1] for name in re.findall(r'"([\w.]+)"', inside[1])}


def test_the_package_whoosh_has_one_owner() -> None:
    metadata = importlib.import_module("importlib.metadata")
    assert metadata.packages_distributions()["whoosh"] == ["whoosh3"]
