"""The codes of all errors, found in the source; what docs/errors.md and its test stand on."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import msgspec

from kb_service.api.problems import FAMILIES
from kb_service.base.errors import KbError, Kind
from kb_service.base.i18n import translator

ROOT = Path(__file__).parent.parent / "kb_service"
CODE = re.compile(r"[a-z_]+\.[a-z_]+")
# Functions that make an error of a kind, and what carries a code without a kind of its own.
MAKERS = {
    "invalid": Kind.INVALID,
    "missing": Kind.MISSING,
    "forbidden": Kind.FORBIDDEN,
    "unauthenticated": Kind.UNAUTHENTICATED,
    "conflict": Kind.CONFLICT,
}
PARTS = {"FieldError", "Problem", "SyncProblem", "_WrongField", "LineError", "Remark"}
# Files that keep codes in tables: every text of that form in them is a code.
TABLES_OF_CODES = (
    "api/problems.py",
    "api/sign_in.py",
    "handbook/parts.py",
    "people/rules.py",
    "handbook/render.py",
    "handbook/rules/bulk.py",
    "hooks/rules.py",
)
# Raised with a code that is put together: `<table>.missing` of Work.get.
PUT_TOGETHER = {
    f"{table}.missing": Kind.MISSING
    for table in ("item", "user", "token", "job", "rating", "fact_change", "hook")
}


class Found(msgspec.Struct, frozen=True, order=True):
    """A code, the kind with which it is raised (none for a field) and the file."""

    code: str
    kind: str
    file: str


def found_in(path: Path) -> Iterator[Found]:
    """Give the codes that one file writes."""
    name = path.relative_to(ROOT).as_posix()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Call):
            for code, kind in _of_call(node):
                yield Found(code, kind, name)
        elif name in TABLES_OF_CODES and CODE.fullmatch(_text(node)):
            yield Found(_text(node), "", name)


def all_codes() -> list[Found]:
    """Give every code of the package."""
    found = {one for path in sorted(ROOT.rglob("*.py")) for one in found_in(path)}
    found |= {Found(code, kind, "base/work.py") for code, kind in PUT_TOGETHER.items()}
    return sorted(found)


def missing_sentences(language: str) -> list[str]:
    """Give the codes that have no sentence in a catalogue."""
    speaker = translator(language)
    return sorted({one.code for one in all_codes() if not speaker.knows(one.code)})


def errors_page() -> str:
    """Give docs/errors.md."""
    lines = [
        "# Errors",
        (
            "Every error has a code `noun.problem`; its kind decides the status of the API, the"
            " exit status of the command line and the page. The sentences are those of the"
            " catalogues in `kb_service/locale`. A body is `application/problem+json` (RFC 9457)"
            " with `type` `/problems/<code>`; with `Accept: application/json` its `type` is Plone's"
            " name."
        ),
        "",
        "| kind | HTTP | Plone's name |",
        "|---|---|---|",
        *(f"| {kind} | {family.status} | {family.plone} |" for kind, family in FAMILIES.items()),
        "",
        "Codes without a kind stand at a field or a line.",
        "",
        "| code | kind | English | Russian |",
        "|---|---|---|---|",
    ]
    english, russian = translator("en"), translator("ru")
    kinds: dict[str, set[str]] = {}
    for one in all_codes():
        kinds.setdefault(one.code, set()).update({one.kind} - {""})
    for code, of_code in sorted(kinds.items()):
        sentences = [_cell(speaker.error(KbError(code))) for speaker in (english, russian)]
        lines.append(f"| `{code}` | {', '.join(sorted(of_code))} | {' | '.join(sentences)} |")
    return "\n".join(lines) + "\n"


def _of_call(node: ast.Call) -> Iterator[tuple[str, str]]:
    name = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
    texts = [_text(argument) for argument in node.args]
    if name == "KbError" and texts and texts[0]:
        yield texts[0], _kind(node)
    elif name in MAKERS and texts and texts[0]:
        yield texts[0], str(MAKERS[name])
    elif name in PARTS:
        yield from ((text, "") for text in texts if text and CODE.fullmatch(text))
    elif name.endswith(("_wrong", "_refused", "_fault")):
        yield from ((text, str(Kind.INVALID)) for text in texts if text and CODE.fullmatch(text))


def _kind(node: ast.Call) -> str:
    for argument in [*node.args[1:], *(word.value for word in node.keywords)]:
        if isinstance(argument, ast.Attribute) and getattr(argument.value, "id", "") == "Kind":
            return str(Kind[argument.attr])
    return str(Kind.INVALID)


def _text(node: ast.AST) -> str:
    return node.value if isinstance(node, ast.Constant) and isinstance(node.value, str) else ""


def _cell(text: str) -> str:
    return text.replace("|", "\\|").replace("\n", " ")
