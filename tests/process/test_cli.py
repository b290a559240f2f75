"""The commands as a person types them: what they say, what they leave, how they end.

Most run in this process, which saves a second each; `kb.run` starts a real one.
"""

import re
import sqlite3
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
import structlog
from click.testing import CliRunner, Result

from kb_service.cli import main
from tests import databases
from tests.process.running import KB, Kb, question, until

UID = "0198f3c2a1b07c3e9d5a4b6c7d8e9f0{}"
BAD, CONFLICT, AWAY = 2, 5, 7


@pytest.fixture(scope="module")
def kb(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Kb]:
    with Kb(tmp_path_factory.mktemp("cli")) as made:
        made.write("meters/index.md", "---\ntype: Topic\ntitle: Счётчики\nstate: published\n---\n")
        made.write("meters/q1.md", question(UID.format(1), "Кто меняет?", "Мы."))
        made.write("_facts.yaml", "hours:\n  title: Часы\n  values:\n    - {value: с 8 до 20}\n")
        yield made


@pytest.fixture(autouse=True)
def _log_stays_as_it_was() -> Iterator[None]:
    before = structlog.get_config()
    yield
    structlog.configure(**before)


def typed(kb: Kb, *words: str, **settings: str) -> Result:
    """Do one command in this process, in the same surroundings."""
    environment = {**kb.environment(), "COLUMNS": "300", **settings}
    done = CliRunner().invoke(main, list(words), env=environment, prog_name="kb")
    assert done.exception is None or isinstance(done.exception, SystemExit), done.exception
    return done


def commands() -> list[tuple[str, ...]]:
    """Give every command and group, by what is typed after `kb`."""
    found: list[tuple[str, ...]] = [()]
    for name, command in main.commands.items():
        found.append((name,))
        found += [(name, inner) for inner in getattr(command, "commands", {})]
    return found


@pytest.mark.parametrize("words", commands(), ids=" ".join)
def test_every_command_says_what_it_is(words: tuple[str, ...]) -> None:
    """In this process: its text is the same, and a process for each costs a second."""
    context = main.make_context("kb", [], resilient_parsing=True)
    command = main
    for word in words:
        command = command.get_command(context, word)  # type: ignore[assignment]
    assert command.get_help(context).startswith("Usage: ")
    assert (command.help or "").split("\n")[0].endswith((".", ")"))


def test_help_and_version_are_answered_without_a_house(kb: Kb) -> None:
    helped = kb.run("--help", KB_DATA_DIR="/proc/nowhere")
    assert (helped.returncode, helped.stderr) == (0, "")
    assert all(name in helped.stdout for name in main.commands)
    assert kb.run("--version").stdout.startswith("kb, version ")


@pytest.mark.parametrize(
    ("words", "settings", "status", "said"),
    [
        (("settings",), {"KB_PROT": "1"}, BAD, "KB_PROT"),
        (("serve",), {"KB_PROT": "1"}, BAD, "KB_PROT"),
        (("serve",), {"KB_PORT": "many"}, BAD, "KB_PORT"),
        (("serve",), {"KB_HOST": "203.0.113.7"}, BAD, "KB_HOST"),
        (("sync",), {"KB_CONTENT_DIR": "/proc/nowhere"}, BAD, "/proc/nowhere"),
        (("sync",), {"KB_CONTENT_DIR": ""}, BAD, "KB_CONTENT_DIR"),
        (("sync",), {"KB_DATA_DIR": "/proc/nowhere"}, AWAY, "/proc/nowhere"),
        (
            ("user", "list"),
            {"KB_DATABASE_URL": "postgresql+psycopg://nobody@127.0.0.1:1/none"},
            AWAY,
            "database.unavailable",
        ),
        (("user", "add", "petr", "--role", "king"), {}, BAD, "king"),
        (("user", "link", "nobody"), {}, 4, "nobody"),
        (("import", "/proc/nowhere"), {}, BAD, "/proc/nowhere"),
        (("no-such-command",), {}, BAD, "no-such-command"),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, tuple | dict) else "",
)
def test_what_cannot_be_done_is_named_in_a_line_with_its_status(
    kb: Kb, words: tuple[str, ...], settings: dict[str, str], status: int, said: str
) -> None:
    done = typed(kb, *words, **settings)
    assert (done.exit_code, done.stdout) == (status, ""), done.output
    assert said in done.stderr


def test_a_process_ends_with_the_same_status_and_words(kb: Kb) -> None:
    done = kb.run("serve", KB_PROT="1")
    assert (done.returncode, done.stdout) == (BAD, "")
    assert "KB_PROT" in done.stderr
    assert "Traceback" not in done.stderr


def test_settings_are_shown_with_their_origin(kb: Kb) -> None:
    shown = typed(kb, "settings", KB_ADMIN_PASSWORD="hidden-word").stdout
    assert re.search(r"KB_PORT +│ +\d+ +│ +KB_PORT", shown)
    assert re.search(r"KB_TIMEZONE +│ +Europe/Moscow +│ +default", shown)
    assert "hidden-word" not in shown


def test_a_bad_file_is_named_with_path_line_and_reason_and_the_others_go_in(kb: Kb) -> None:
    kb.write("meters/bad.md", "---\ntype: Nothing\ntitle: Что?\n---\n")
    kb.write("meters/[odd].md", "---\ntype: Page\ntitle: Что?\n---\n")
    try:
        checked = typed(kb, "sync", "--check")
        done = typed(kb, "sync")
    finally:
        for name in ("bad", "[odd]"):
            (kb.content / f"meters/{name}.md").unlink()
    for one in (checked, done):
        assert one.exit_code == BAD, one
        assert "meters/bad.md:2: " in one.stderr
        assert "(document.type_unknown)" in one.stderr

    assert "meters/[odd].md:1: " in done.stderr
    # Taken in by this look or by an earlier one of these tests, which run in any order.
    new, unchanged = re.search(r"(\d+) new.* (\d+) unchanged", done.stdout).groups()  # type: ignore[union-attr]
    assert int(new) + int(unchanged) == 3
    again = typed(kb, "sync")
    assert (again.exit_code, again.stderr) == (0, "")
    assert "0 new, 0 changed, 0 moved, 0 removed, 3 unchanged" in again.stdout


def test_what_is_exported_and_imported_elsewhere_has_equal_hashes(kb: Kb, tmp_path: Path) -> None:
    assert typed(kb, "sync").exit_code == 0
    out = tmp_path / "out"
    done = typed(kb, "export", str(out))
    assert done.exit_code == 0, done
    with Kb(tmp_path / "second") as second:
        done = typed(second, "import", str(out))
        assert done.exit_code == 0, done
        assert typed(second, "import", str(out)).exit_code == 0
        assert hashes(second) == hashes(kb)
        assert typed(second, "export", str(tmp_path / "again")).exit_code == 0
        assert typed(second, "index", "verify").exit_code == 0
    files = {path.relative_to(out) for path in out.rglob("*") if path.is_file()}
    assert len(files) >= 4
    for file in files:
        assert (out / file).read_bytes() == (tmp_path / "again" / file).read_bytes()
    refused = typed(kb, "export", str(out))
    assert refused.exit_code == CONFLICT
    assert str(out) in refused.stderr
    assert typed(kb, "export", str(out / "meters/q1.md")).exit_code == AWAY


def test_an_archive_goes_out_and_into_an_empty_service_and_a_second_time_changes_nothing(
    kb: Kb, tmp_path: Path
) -> None:
    assert typed(kb, "sync").exit_code == 0
    archive = tmp_path / "handbook.zip"
    assert typed(kb, "export", str(archive)).exit_code == 0
    refused = typed(kb, "export", str(archive))
    assert (refused.exit_code, str(archive) in refused.stderr) == (CONFLICT, True)
    with Kb(tmp_path / "second") as second:
        only_said = typed(second, "import", str(archive), "--dry-run")
        assert "0 the same, 0 refused" in only_said.stdout
        assert "new     /meters/q1: Кто меняет?" in only_said.stdout
        assert hashes(second) == []
        assert typed(second, "import", str(archive)).exit_code == 0
        assert hashes(second) == hashes(kb)
        again = typed(second, "import", str(archive))
        assert "0 new, 0 changed" in again.stdout


def test_a_table_of_questions_comes_in_and_its_mistakes_are_told_by_row_and_column(
    kb: Kb, tmp_path: Path
) -> None:
    table = tmp_path / "q.csv"
    table.write_text("Вопрос;Ответ;Проверено\nКто платит?;Мы.;\nА?;Б;вчера\n", encoding="cp1251")
    with Kb(tmp_path / "second") as second:
        done = typed(second, "import", str(table), "--into", "/nowhere")
        assert (done.exit_code, "/nowhere" in done.stderr) == (BAD, True)
        done = typed(second, "import", str(table))
        assert done.exit_code == BAD
        assert "q.csv:C3: " in done.stderr
        assert "table.day_wrong" in done.stderr
        assert "2 new, 0 changed, 0 the same, 1 refused" in done.stdout
        assert "Мы." in (second.content / "imported/kto-platit.md").read_text(encoding="utf-8")
        changed = typed(second, "import", str(table), "--dry-run")
        assert "0 would be new, 0 changed, 1 the same, 1 refused" in changed.stdout
        out = tmp_path / "out.xlsx"
        assert "1 rows written" in typed(second, "export", str(out)).stdout


def hashes(kb: Kb) -> list[tuple[str, str, str, str]]:
    with sqlite3.connect(kb.data / "kb.sqlite") as database:
        return database.execute(
            "SELECT path, state, title, sha256 FROM item"
            " JOIN revision ON revision.uid = item.latest_uid ORDER BY path"
        ).fetchall()


def test_an_account_is_made_once_and_its_link_is_shown(kb: Kb) -> None:
    made = typed(
        kb, "user", "add", "petr", "--name", "Пётр", "--role", "editor", "--role", "reader"
    )
    assert made.exit_code == 0, made
    assert re.fullmatch(rf"{kb.base}/welcome/\S{{20,}}\n", made.stdout)
    again = typed(kb, "user", "add", "petr", "--role", "editor")
    assert again.exit_code == BAD, again
    assert "  login: " in again.stderr
    link = typed(kb, "user", "link", "petr")
    assert link.exit_code == 0
    assert link.stdout != made.stdout
    listed = typed(kb, "user", "list").stdout
    assert re.search(r"petr +│ +Пётр +│ +editor, reader", listed)


def test_a_row_of_the_journal_that_was_changed_is_named(kb: Kb) -> None:
    assert typed(kb, "sync").exit_code == 0
    holds = typed(kb, "audit", "verify")
    assert holds.exit_code == 0, holds
    rows = int(holds.stdout.split()[0])
    assert rows > 3
    with sqlite3.connect(kb.data / "kb.sqlite") as database:
        before = database.execute("SELECT actor FROM audit WHERE seq = 3").fetchone()
        database.execute("UPDATE audit SET actor = 'somebody' WHERE seq = 3")
    try:
        broken = typed(kb, "audit", "verify")
        assert broken.exit_code == CONFLICT, broken
        assert broken.stderr.startswith("Row 3: ")
    finally:
        with sqlite3.connect(kb.data / "kb.sqlite") as database:
            database.execute("UPDATE audit SET actor = ? WHERE seq = 3", before)
    assert typed(kb, "audit", "verify").exit_code == 0


@pytest.mark.parametrize("words", [("serve",), ("sync",), ("user", "list"), ("index", "verify")])
def test_a_database_of_a_later_release_is_left_alone(
    kb: Kb, tmp_path: Path, words: tuple[str, ...]
) -> None:
    typed(kb, "migrate")
    file = tmp_path / "kb.sqlite"
    with (
        sqlite3.connect(kb.data / "kb.sqlite") as source,
        sqlite3.connect(file) as copy,
    ):
        source.backup(copy)
        copy.execute("UPDATE alembic_version SET version_num = '9999'")
        copy.commit()
        copy.execute("PRAGMA journal_mode=delete")
    before = file.read_bytes()
    done = typed(kb, *words, KB_DATA_DIR=str(tmp_path))
    assert done.exit_code == CONFLICT, done
    assert "database.newer" in done.stderr
    assert file.read_bytes()[100:] == before[100:]


@pytest.mark.proof
@pytest.mark.parametrize("kind", ["sqlite", "postgres"])
def test_tables_are_made_once_however_many_start_at_once(
    tmp_path: Path, worker_name: str, kind: str
) -> None:
    if kind == "postgres":
        with databases.postgres_place(f"kb_start_{worker_name}") as address:
            start_three(tmp_path, KB_DATABASE_URL=address)
    else:
        start_three(tmp_path)


def start_three(folder: Path, **settings: str) -> None:
    with Kb(folder, **settings) as kb:
        running = [
            subprocess.Popen(
                [KB, "migrate"],
                env=kb.environment(),
                cwd=folder,
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT,
                text=True,
            )
            for _ in range(3)
        ]
        ended = [(process.communicate(timeout=60)[0], process.returncode) for process in running]
        assert [status for _, status in ended] == [0, 0, 0], ended


def test_the_worker_alone_does_what_was_left_and_ends_in_good_order(tmp_path: Path) -> None:
    with Kb(tmp_path) as kb:
        kb.write("index.md", "---\ntype: Page\ntitle: Начало\nstate: published\n---\n")
        assert typed(kb, "sync").exit_code == 0
        process = kb.launch("worker")
        until(lambda: "worker started" in kb.said(), 30)
        process.terminate()
        assert process.wait(20) == 0, kb.said()


def test_search_is_measured_by_a_file_of_questions(kb: Kb, tmp_path: Path) -> None:
    path = tmp_path / "questions.jsonl"
    assert typed(kb, "sync").exit_code == 0
    assert typed(kb, "index", "rebuild").exit_code == 0
    path.write_text('{"text": "кто меняет", "ids": ["Z1"]}\n{"text": "xyz", "ids": []}\n')
    done = typed(kb, "search", "evaluate", str(path))
    assert done.exit_code == 0
    assert "кто меняет: not found, wanted Z1" in done.output
    assert "1 questions: first 0.000, within five 0.000, MRR 0.000" in done.output
    assert "refused 1.000 of 1 without an answer" in done.output
    path.write_bytes(b'\n{"text"\xff')
    refused = typed(kb, "search", "evaluate", str(path))
    assert refused.exit_code == BAD
    assert "question.unreadable (line=2)" in refused.output


def test_of_a_few_wordings_nothing_is_learnt(kb: Kb) -> None:
    assert typed(kb, "sync").exit_code == 0
    refused = typed(kb, "search", "calibrate")
    assert refused.exit_code == CONFLICT
    assert "calibration.too_few (found=0, needed=100)" in refused.output
    assert not (kb.index / "calibration.json").exists()
