"""The command line: serve, sync, import, export, index, search, user, audit, migrate, settings.

Exit statuses are those of conventions.md: 0 well, 2 bad input, 3 not allowed, 4 missing,
5 conflict, 6 too many, 7 unavailable, 1 a defect.
"""

import signal
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from functools import wraps
from pathlib import Path
from typing import ParamSpec

import click
import msgspec
from rich.console import Console
from rich.markup import escape
from rich.progress import Progress
from rich.table import Table

from kb_service import __version__, start
from kb_service.base import audit as audit_chain
from kb_service.base import log
from kb_service.base.errors import KbError, Kind
from kb_service.base.i18n import translator
from kb_service.base.permissions import FILES, SYSTEM, VISITOR, Role
from kb_service.base.work import open_work
from kb_service.handbook.exchange import out, planning, told
from kb_service.handbook.exchange.applying import batched, carry_out
from kb_service.handbook.exchange.documents import check_folder
from kb_service.handbook.exchange.reading import read as reading_of
from kb_service.handbook.exchange.schemas import Done, Plan, Remark, Styles, Wish
from kb_service.handbook.schemas import SyncReport
from kb_service.people import queries as people_queries
from kb_service.people.acts import accounts
from kb_service.people.schemas import NewUser
from kb_service.people.setup import welcome_path
from kb_service.search import jobs as search_jobs
from kb_service.search import queries as search_queries
from kb_service.search.evaluate import read_questions
from kb_service.server import refuse_taken, serve_forever
from kb_service.settings import Settings, explain, load
from kb_service.wiring import House
from kb_service.worker import worker_of

P = ParamSpec("P")
EXIT: dict[Kind, int] = {
    Kind.INVALID: 2,
    Kind.UNAUTHENTICATED: 3,
    Kind.FORBIDDEN: 3,
    Kind.MISSING: 4,
    Kind.GONE: 4,
    Kind.CONFLICT: 5,
    Kind.STALE: 5,
    Kind.UNSEEN: 5,
    Kind.TOO_MANY: 6,
    Kind.UNAVAILABLE: 7,
}
_BAD_FILES = 2
console = Console()
errors = Console(stderr=True)


def _plainly(function: Callable[P, None]) -> Callable[P, None]:
    """Tell a KbError as one line with its code and leave with its exit status."""

    @wraps(function)
    def told(*args: P.args, **kwargs: P.kwargs) -> None:
        try:
            function(*args, **kwargs)
        except KbError as error:
            place = ":".join(
                str(error.params[key]) for key in ("path", "line") if key in error.params
            )
            sentence = translator("en").error(error)
            said = escape(f"{place + ': ' if place else ''}{sentence}")
            errors.print(f"[red]{said}[/red] ({escape(str(error))})", soft_wrap=True)
            for field in error.fields:
                said = escape(f"{field.field}: {translator('en').error(field)}")
                errors.print(f"  {said} ({field.code})", soft_wrap=True)
            sys.exit(EXIT[error.kind])
        except OSError as error:
            # The disk is full, a folder is not ours: the machine's business, told in its words.
            errors.print(f"[red]{escape(str(error))}[/red]", soft_wrap=True)
            sys.exit(EXIT[Kind.UNAVAILABLE])

    return told


@contextmanager
def _opened(settings: Settings | None = None) -> Iterator[House]:
    """Give the house with its folders and tables in this release's form; closed at the end."""
    house = House(settings or load())
    try:
        start.lay_out(house)
        yield house
    finally:
        house.close()


def _progress() -> Progress:
    """Give a bar that is drawn for a person only, and gone at the end."""
    return Progress(console=errors, transient=True, disable=not errors.is_terminal)


@click.group(help=__doc__.split("\n", maxsplit=1)[0] if __doc__ else None)
@click.version_option(__version__, prog_name="kb")
def main() -> None:
    """Run and keep a handbook of standard questions."""
    log.configure()


@main.command()
@click.option(
    "--demo", is_flag=True, help="One account per role, password `demo`. Never in earnest."
)
@_plainly
def serve(*, demo: bool) -> None:
    """Start the service: migrate, take the content folder in, answer on KB_HOST:KB_PORT."""
    settings = load()
    if demo:
        settings = msgspec.structs.replace(settings, demo=True)
    refuse_taken(settings.host, settings.port)
    with _opened(settings) as house:
        link = start.prepare(house)
        _tell(start.take_in(house))
        address = _address(settings)
        console.print(f"[bold]kb_service {__version__}[/bold] answers on {address}")
        if link:
            start.keep_link(house, f"{address}{link}")
            console.print(f"Administrator: set a password once at {address}{link}", soft_wrap=True)
    if settings.demo:
        names = ", ".join(role for role in Role if role != Role.VISITOR)
        console.print(f"[yellow]Demo accounts, password `demo`: {names}[/yellow]", soft_wrap=True)
    serve_forever(settings)


@main.command()
@_plainly
def worker() -> None:
    """Run the background work alone, for a service whose web processes run elsewhere."""
    with _opened() as house:
        background = worker_of(house)
        signal.signal(signal.SIGTERM, lambda _number, _frame: background.stop())
        log.logger().info("worker started", version=__version__)
        background.run()


@main.command()
@click.option("--check", is_flag=True, help="Only say which files would be refused.")
@_plainly
def sync(*, check: bool) -> None:
    """Bring the content folder and the database into step, both ways.

    Exit status 2 where a file was refused; the others went in.
    """
    if check:
        problems = check_folder(load().content_dir)
        _tell(SyncReport(problems=problems))
        sys.exit(_BAD_FILES if problems else 0)
    with _opened() as house, _progress() as progress:
        task = progress.add_task("Reading", total=None)
        report = start.take_in(house, lambda total: progress.update(task, total=total, advance=1))
    _tell(report)
    sys.exit(_BAD_FILES if report.problems or report.conflicts else 0)


@main.command("import")
@click.argument("source", type=click.Path(exists=True, path_type=Path))
@click.option("--dry-run", is_flag=True, help="Only say what would be done.")
@click.option("--into", default="", help="Topic for what names none, such as /meters.")
@click.option("--topic-style", default="", help="Word: the paragraph style of topics.")
@click.option("--question-style", default="", help="Word: the paragraph style of questions.")
@_plainly
def import_(
    source: Path, *, dry_run: bool, into: str, topic_style: str, question_style: str
) -> None:
    """Take in a handbook: a folder, ZIP, CSV, XLSX, DOCX or an export of Plone (JSON).

    What is refused is named with place and reason while the rest goes in (exit status 2).
    """
    wish = Wish(into, Styles(topic_style, question_style))
    with _opened() as house, _progress() as progress:
        task = progress.add_task("Importing", total=None)
        reading = reading_of(source, wish)
        with open_work(house.database, FILES, house.clock, write=False) as work:
            plan = planning.plan(work, reading, into=into)
        _tell_remarks(plan.notes, "yellow")
        if dry_run:
            _tell_plan(plan)
            sys.exit(_BAD_FILES if plan.of("refused") else 0)
        done = Done(same=len(plan.of("same")))
        done.refused += [planning.remark_of(step) for step in plan.of("refused")]
        wanted = plan.wanted
        for steps in batched(wanted):
            with open_work(house.database, FILES, house.clock) as work:
                done.add(carry_out(work, house.blobs, steps, f"import: {source.name}"))
            progress.update(task, total=len(wanted), advance=len(steps))
        start.settle(house)
    _tell_remarks(done.refused)
    console.print(
        f"{len(done.created)} new, {len(done.changed)} changed, {done.same} the same,"
        f" {len(done.refused)} refused"
    )
    sys.exit(_BAD_FILES if done.refused else 0)


@main.command()
@click.argument("target", type=click.Path(path_type=Path))
@_plainly
def export(target: Path) -> None:
    """Write the handbook into an empty folder or a new ZIP, or its questions into CSV or XLSX."""
    with (
        _opened() as house,
        open_work(house.database, SYSTEM, house.clock, write=False) as work,
    ):
        count = out.take_out(work, house.blobs, target)
    what = "rows" if target.suffix.lower() in (".csv", ".xlsx") else "files"
    console.print(f"{count} {what} written to {escape(str(target))}", soft_wrap=True)


@main.group()
def index() -> None:
    """Keep the search index, a cache that can always be built anew."""


@index.command("rebuild")
@_plainly
def index_rebuild() -> None:
    """Build the index anew from the database."""
    with _opened() as house:
        with open_work(house.database, SYSTEM, house.clock) as work:
            search_jobs.rebuild(work, engine=house.engine, anew=True)
        start.settle(house)
        console.print(f"Index built, generation {house.engine.index.generation}")


@index.command("verify")
@_plainly
def index_verify() -> None:
    """Compare index and database; exit status 5 where they differ."""
    with (
        _opened() as house,
        open_work(house.database, SYSTEM, house.clock, write=False) as work,
    ):
        differing = search_jobs.differences(work, house.engine)
    if differing:
        errors.print(f"[red]{len(differing)} items differ; run: kb index rebuild[/red]")
        sys.exit(EXIT[Kind.CONFLICT])
    console.print("Index and database agree")


@main.group("search")
def search_group() -> None:
    """How well the search answers, and how sure it may be."""


@search_group.command("evaluate")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@_plainly
def search_evaluate(file: Path) -> None:
    """Ask the questions of FILE, a JSON line each, as a visitor; say where their answers stand."""
    questions = read_questions(file.read_text(encoding="utf-8-sig", errors="replace").splitlines())
    with _opened() as house, open_work(house.database, VISITOR, house.clock, write=False) as work:
        report = search_queries.bench(work, house.engine, questions)
    for miss in report.misses:
        place = f"{miss.rank}." if miss.rank else "not found"
        said = escape(f"{miss.text}: {place}, wanted {', '.join(miss.wanted)}")
        console.print(said, soft_wrap=True, highlight=False)
    console.print(
        f"{report.questions} questions: first {report.top1:.3f}, within five {report.top5:.3f}, "
        f"MRR {report.mrr:.3f}, wrongly refused {report.wrongly_refused:.3f}; "
        f"refused {report.refused:.3f} of {report.unanswerable} without an answer",
        soft_wrap=True,
    )


@search_group.command("calibrate")
@_plainly
def search_calibrate() -> None:
    """Fit on the handbook's own questions how sure the search may be; takes minutes."""
    with _opened() as house, open_work(house.database, SYSTEM, house.clock, write=False) as work:
        fitted = search_jobs.calibrate(work, engine=house.engine)
    for name, one in (("all legs", fitted.full), ("without meaning", fitted.plain)):
        console.print(
            f"{name}: sure from {one.threshold:.2f} on, AUC {one.auc:.2f}, "
            f"{one.questions} questions",
            soft_wrap=True,
        )


@main.group()
def user() -> None:
    """Accounts of employees."""


@user.command("list")
@_plainly
def user_list() -> None:
    """Show every account with its roles."""
    table = Table("login", "name", "roles", "blocked")
    with (
        _opened() as house,
        open_work(house.database, SYSTEM, house.clock, write=False) as work,
    ):
        for row in people_queries.directory(work).items:
            table.add_row(
                row.login, row.name, ", ".join(row.roles), "yes" if row.is_blocked else ""
            )
    console.print(table)


@user.command("add")
@click.argument("login")
@click.option("--name", default="", help="Full name.")
@click.option(
    "--role",
    "roles",
    multiple=True,
    required=True,
    type=click.Choice([str(role) for role in Role if role != Role.VISITOR]),
    help="May be given several times.",
)
@_plainly
def user_add(login: str, name: str, roles: tuple[str, ...]) -> None:
    """Make an account and print the link with which its owner sets a password once."""
    given = frozenset(Role(role) for role in roles)
    with _opened() as house:
        with open_work(house.database, SYSTEM, house.clock) as work:
            made = accounts.invite(work, NewUser(login=login, name=name or login, roles=given))
        _show_link(house.settings, made.secret)


@user.command("link")
@click.argument("login")
@_plainly
def user_link(login: str) -> None:
    """Print a new one-time link for an account whose password was forgotten."""
    with _opened() as house:
        with open_work(house.database, SYSTEM, house.clock) as work:
            made = accounts.make_link(work, people_queries.user_by_login(work, login).uid)
        _show_link(house.settings, made.secret)


@main.group()
def audit() -> None:
    """The journal of everything that was done, a chain of hashes."""


@audit.command("verify")
@_plainly
def audit_verify() -> None:
    """Walk the chain; exit status 5 and the first broken row where it does not hold."""
    with (
        _opened() as house,
        open_work(house.database, SYSTEM, house.clock, write=False) as work,
    ):
        broken = audit_chain.verify(work.session)
        seq, digest = audit_chain.head(work.session)
    if broken is not None:
        errors.print(f"[red]Row {broken.seq}: {broken.problem}[/red]")
        sys.exit(EXIT[Kind.CONFLICT])
    console.print(f"{seq} rows hold; the last one is {digest}", soft_wrap=True)


@main.command()
@_plainly
def migrate() -> None:
    """Bring the database to this release's form; `kb serve` does it by itself."""
    with _opened():
        console.print("The database is up to date")


@main.command()
@_plainly
def settings() -> None:
    """Show every setting, its value and where it comes from."""
    table = Table("setting", "value", "from", "what it is")
    for row in explain():
        table.add_row(row.name, row.value, row.origin, row.help)
    console.print(table)


def _show_link(settings: Settings, secret: str) -> None:
    console.print(f"{_address(settings)}{welcome_path(secret)}", soft_wrap=True)


def _address(settings: Settings) -> str:
    return settings.base_url.rstrip("/") or f"http://{settings.host}:{settings.port}"


def _tell_plan(plan: Plan) -> None:
    _tell_remarks([planning.remark_of(step) for step in plan.of("refused")])
    for line in told.plan_lines(plan):
        console.print(escape(line), soft_wrap=True, highlight=False)
    counts = plan.counts
    console.print(
        f"{counts['new']} would be new, {counts['changed']} changed, {counts['same']} the same,"
        f" {counts['refused']} refused"
    )


def _tell_remarks(remarks: Sequence[Remark], colour: str = "red") -> None:
    speaker = translator("en")
    for remark in remarks:
        said = escape(told.remark_line(remark, speaker))
        errors.print(f"[{colour}]{said}[/{colour}] ({remark.code})", soft_wrap=True)


def _tell(report: SyncReport) -> None:
    speaker = translator("en")
    for problem in report.problems:
        sentence = speaker.error(KbError(problem.code, **problem.params))
        said = escape(f"{problem.path}:{problem.line}: {sentence}")
        errors.print(f"[red]{said}[/red] ({problem.code})", soft_wrap=True)
    for file, kept in zip(report.conflicts, report.put_aside, strict=True):
        said = escape(f"{file}: changed on both sides; yours is kept in {kept}")
        errors.print(f"[yellow]{said}[/yellow]", soft_wrap=True)
    console.print(
        f"{len(report.created)} new, {len(report.changed)} changed, {len(report.moved)} moved, "
        f"{len(report.removed)} removed, {report.unchanged} unchanged"
    )


if __name__ == "__main__":
    main()
