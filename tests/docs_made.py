"""Pages of docs/ that are made from the code; `python -m tests.docs_made` writes them."""

import ast
from pathlib import Path

from kb_service.settings import explain
from tests.api.endpoints import endpoints_page
from tests.error_codes import errors_page

ROOT = Path(__file__).parent.parent
MARK = "<!-- files -->"


def settings_page() -> str:
    """Give docs/settings.md."""
    rows = [
        f"| `{row.name}` | `{row.default}` | {row.help} |"
        if row.default
        else f"| `{row.name}` | | {row.help} |"
        for row in explain({}, Path("/nowhere/kb.toml"))
    ]
    head = [
        "# Settings",
        "Read once at start from `kb.toml` in the working folder and from the environment, which",
        "wins. In kb.toml names are lower case without `KB_`. Unknown keys are refused by name.",
        "`kb settings` shows what holds and where it comes from.",
        "",
        "| key | default | what it is |",
        "|---|---|---|",
    ]
    return "\n".join([*head, *rows]) + "\n"


def architecture_page() -> str:
    """Give docs/architecture.md: its text as it stands, and the table of files made anew."""
    page = (ROOT / "docs/architecture.md").read_text(encoding="utf-8")
    return page.split(MARK)[0] + MARK + "\n" + _files()


def _files() -> str:
    lines: list[str] = []
    folder = ""
    for path in sorted((ROOT / "kb_service").rglob("*.py"), key=_place):
        if "migrations" in path.parts or "static" in path.parts:
            continue
        name = path.relative_to(ROOT / "kb_service")
        above = name.parent.as_posix()
        text = (ast.get_docstring(ast.parse(path.read_text(encoding="utf-8"))) or "").split("\n\n")[
            0
        ]
        sentence = " ".join(text.split())
        if above != folder:
            folder = above
            lines += [
                "",
                f"### {'top' if above == '.' else above + '/'}",
                "",
                "| file | what it holds |",
                "|---|---|",
            ]
        lines.append(f"| {name.name} | {sentence} |")
    return "\n".join(lines) + "\n"


def _place(path: Path) -> tuple[str, str]:
    return path.parent.as_posix(), path.name


def write() -> None:
    """Write the pages."""
    (ROOT / "docs/settings.md").write_text(settings_page(), encoding="utf-8")
    (ROOT / "docs/architecture.md").write_text(architecture_page(), encoding="utf-8")
    (ROOT / "docs/errors.md").write_text(errors_page(), encoding="utf-8")
    (ROOT / "docs/api/endpoints.md").write_text(endpoints_page(), encoding="utf-8")


if __name__ == "__main__":
    write()
