"""The check of the search: the editors' stored questions, and where their answers stand today."""

from http import HTTPStatus
from typing import Any
from urllib.parse import quote

from litestar import Response, Router, get, post
from litestar.datastructures import UploadFile
from litestar.datastructures.multi_dicts import FormMultiDict
from litestar.di import NamedDependency
from litestar.params import FromQuery
from litestar.response import Redirect

from kb_service.base.errors import FieldError, KbError, invalid
from kb_service.base.permissions import Permission
from kb_service.base.work import Work
from kb_service.gate.headers import PRIVATE_PAGE
from kb_service.gate.site import Site
from kb_service.search.acts import bench
from kb_service.search.evaluate import Question, read_questions, written_questions
from kb_service.search.queries import stored
from kb_service.search.schemas import Outcome, Verdict
from kb_service.web.edit.place import FORM, PAGE, address_of, edit_page
from kb_service.web.forms import FormRefused, problems_of, said, text_of, told_in_form
from kb_service.web.frame import Frame

BENCH = "/edit/bench"
_FIELDS = ("text", "wanted", "note")
_MAX_FILE = 1024 * 1024
_DONE = {
    "add": "The question is stored.",
    "change": "Saved.",
    "remove": "The question is not asked any more.",
    "keep": "These places are kept: later ones are compared to them.",
    "file": "The questions of the file are stored.",
}


@get(BENCH, **PAGE)
def bench_page(
    frame: NamedDependency[Frame],
    work: NamedDependency[Work],
    site: NamedDependency[Site],
    edit: FromQuery[str] = "",
    done: FromQuery[str] = "",
    q: FromQuery[str] = "",
) -> Response[str]:
    """Ask every stored question now and show its place. Raises: session.needed, act.forbidden."""
    work.allow(Permission.EDIT_WORDS)
    return _shown(frame, work, site, {"uid": edit, "text": q}, done=done)


@post(BENCH, **FORM)
def bench_changed(
    frame: NamedDependency[Frame],
    work: NamedDependency[Work],
    site: NamedDependency[Site],
    form: NamedDependency[FormMultiDict],
) -> Response[Any]:
    """Add, change or remove a question, take a file in, keep the places of today."""
    do, uid = text_of(form, "do"), text_of(form, "uid")
    values = {name: text_of(form, name) for name in _FIELDS}
    try:
        _done(work, site, form, do, uid, values)
    except KbError as error:
        status = told_in_form(error)
        told = _at_file(error) if do == "file" else error
        typed = {"uid": uid, **values}
        raise FormRefused(_shown(frame, work, site, typed, error=told, status=status)) from error
    return Redirect(frame.url(BENCH, done=do), status_code=303)


@get(f"{BENCH}/questions.jsonl", **PAGE)
def bench_file(work: NamedDependency[Work]) -> Response[str]:
    """Give the stored questions as JSON lines. Raises: session.needed, act.forbidden."""
    work.allow(Permission.EDIT_WORDS)
    headers = {
        "Content-Disposition": f"attachment; filename*=UTF-8''{quote('questions.jsonl')}",
        "Cache-Control": PRIVATE_PAGE,
    }
    text = written_questions(stored.stored_questions(work))
    return Response(text, media_type="application/jsonl", headers=headers)


def _done(
    work: Work, site: Site, form: FormMultiDict, do: str, uid: str, values: dict[str, str]
) -> None:
    if do == "add":
        bench.add(work, **values)
    elif do == "change":
        bench.change(work, uid, **values)
    elif do == "remove":
        bench.remove(work, uid)
    elif do == "file":
        bench.take_in(work, _questions(form))
    elif do == "keep":
        work.allow(Permission.EDIT_WORDS)
        report = stored.bench_report(work, site.engine)
        bench.keep(work, {one.question.uid: one.after for one in report.outcomes})
    else:
        raise invalid("form.wrong")


def _questions(form: FormMultiDict) -> list[Question]:
    """Read a file of questions. Raises: question.unreadable with the line."""
    file = form.get("file")
    data = file.file.read(_MAX_FILE + 1) if isinstance(file, UploadFile) else b""
    if not data or len(data) > _MAX_FILE:
        raise invalid("bench_question.file_unfit", max=_MAX_FILE // 1024)
    try:
        return read_questions(data.decode("utf-8-sig").splitlines())
    except UnicodeDecodeError as error:
        raise invalid("bench_question.file_unfit", max=_MAX_FILE // 1024) from error


def _at_file(error: KbError) -> KbError:
    """Give the error at the field of the file, where it has no other place."""
    fault = error.fields[0] if error.fields else FieldError("file", error.code, error.params)
    at_file = FieldError("file", fault.code, fault.params)
    return KbError(error.code, error.kind, fields=(at_file,), **error.params)


def _shown(
    frame: Frame,
    work: Work,
    site: Site,
    typed: dict[str, str],
    *,
    done: str = "",
    error: KbError | None = None,
    status: int = HTTPStatus.OK,
) -> Response[str]:
    report = stored.bench_report(work, site.engine)
    questions = {one.question.uid: one.question for one in report.outcomes}
    edited = questions.get(typed.get("uid", ""))
    values = {name: typed.get(name, "") for name in _FIELDS}
    if edited is not None and error is None:
        answers = ", ".join(item.code or item.path for item in edited.wanted)
        values = {"text": edited.text, "wanted": answers, "note": edited.note}
    return edit_page(
        "edit/bench.html",
        frame,
        work,
        status=status,
        report=report,
        outcomes=sorted(report.outcomes, key=_how_good),
        edited=edited,
        values=values,
        address_of=address_of,
        done=said(frame, _DONE, done),
        problems=problems_of(frame, error) if error is not None else [],
    )


def _how_good(outcome: Outcome) -> tuple[bool, bool, int, str]:
    """Give the order of the list: what fell, what is not found, the lowest places first."""
    is_worse = outcome.verdict in (Verdict.OUT, Verdict.FELL)
    return not is_worse, outcome.after != 0, -outcome.after, outcome.question.text


# One router for what shares its path (see facts.py).
pages = [Router("/", route_handlers=[bench_page, bench_changed, bench_file])]
