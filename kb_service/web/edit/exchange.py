"""In and out: a file is shown as what would become of it, and carried out when somebody says yes.

What was sent waits in the folder of uploads, a day at most and for its sender alone. The plan is
made anew at every look, so that it is never about yesterday; a yes to another plan than the present
one is answered with the present one. Saying yes does a batch; the
page that comes back goes on by itself where scripts run, by a button where none do.
"""

from http import HTTPStatus
from typing import Any

import msgspec
from litestar import Request, Response, Router, get, post
from litestar.datastructures import UploadFile
from litestar.datastructures.multi_dicts import FormMultiDict
from litestar.di import NamedDependency, Provide
from litestar.params import FromPath, FromQuery
from litestar.response import Redirect

from kb_service.base.errors import FieldError, KbError, invalid, missing
from kb_service.base.i18n import Translator, translator
from kb_service.base.ids import new_uid
from kb_service.base.paging import Batch
from kb_service.base.permissions import Permission
from kb_service.base.work import Work, open_work
from kb_service.gate import headers
from kb_service.gate.site import Site
from kb_service.gate.uploads import Upload
from kb_service.handbook import binaries, queries
from kb_service.handbook.exchange import out, planning
from kb_service.handbook.exchange.applying import BATCH, carry_out
from kb_service.handbook.exchange.reading import FORMS, read_sent
from kb_service.handbook.exchange.schemas import (
    Done,
    Plan,
    Reading,
    Remark,
    Step,
    Styles,
    Wish,
    mark_of,
)
from kb_service.text.difference import Change
from kb_service.web.edit.place import edit_page
from kb_service.web.forms import (
    REFUSALS,
    FormRefused,
    problems_of,
    provide_form,
    text_of,
    told_in_form,
)
from kb_service.web.frame import Frame

KIND = "import"
_PAGE: dict[str, Any] = {"sync_to_thread": True, "include_in_schema": False}
_FORM: dict[str, Any] = {
    **_PAGE,
    "dependencies": {"form": Provide(provide_form)},
    "exception_handlers": REFUSALS,
    # The file, and the few fields beside it.
    "request_max_body_size": binaries.MAX_BYTES + 64 * 1024,
}
_SIZE = 25
_SHOWN_TEXT = 4_000
_OUTCOMES = ("new", "changed", "refused", "same")
STATES = {
    "private": "Private",
    "pending": "Waits for review",
    "published": "Published",
    "archived": "Archived",
}


class PlanRow(msgspec.Struct):
    """A step of the plan as the page shows it; `place` is the file with its line or row."""

    step: Step
    place: str
    sentence: str = ""
    changes: list[Change] = []
    text: str = ""
    states: list[str] = []


@get("/edit/exchange", **_PAGE)
def form_page(frame: NamedDependency[Frame], work: NamedDependency[Work]) -> Response[str]:
    """Show what can be sent and what can be taken. Raises: session.needed, act.forbidden."""
    work.allow_somewhere(Permission.ADD)
    return _form(frame, work)


@post("/edit/exchange", **_FORM)
def send(
    frame: NamedDependency[Frame],
    work: NamedDependency[Work],
    site: NamedDependency[Site],
    form: NamedDependency[FormMultiDict],
) -> Response[Any]:
    """Keep a file until somebody says yes; one that cannot be read is refused here and now."""
    work.allow_somewhere(Permission.ADD)
    wish = _wish(text_of(form, "into"), text_of(form, "topics"), text_of(form, "questions"))
    work.pause()
    try:
        name, data = _file(form)
        read_sent(name, data, wish)
        upload = Upload(new_uid(), work.actor.login, "/", len(data), name, KIND, "", work.now)
        site.uploads.begin(upload)
        site.uploads.add(upload, 0, data)
    except KbError as error:
        status = told_in_form(error)
        told = KbError(error.code, error.kind, fields=_at_file(error), **error.params)
        raise FormRefused(_form(frame, work, wish=wish, error=told, status=status)) from error
    return Redirect(_address(frame, upload.uid, wish), status_code=303)


@get("/edit/exchange/{uid:str}", **_PAGE)
def plan_page(
    frame: NamedDependency[Frame],
    work: NamedDependency[Work],
    site: NamedDependency[Site],
    request: Request[Any, Any, Any],
    uid: FromPath[str],
    start: FromQuery[int] = 0,
) -> Response[str]:
    """Show what would become of a file that was sent. Raises: upload.missing, as the reading."""
    work.allow_somewhere(Permission.ADD)
    asked = request.query_params
    wish = _wish(*(str(asked.get(name, "")) for name in ("into", "topics", "questions")))
    show = str(asked.get("show", ""))
    upload, plan = _plan(work, site, uid, wish)
    return _shown(frame, work, (upload, wish, plan), show=show, start=max(0, start))


@post("/edit/exchange/{uid:str}", **_FORM)
def decide(
    frame: NamedDependency[Frame],
    work: NamedDependency[Work],
    site: NamedDependency[Site],
    uid: FromPath[str],
    form: NamedDependency[FormMultiDict],
) -> Response[Any]:
    """Carry out a batch of the plan, or drop the file. Raises: upload.missing, form.wrong."""
    work.allow_somewhere(Permission.ADD)
    do = text_of(form, "do")
    wish = _wish(text_of(form, "into"), text_of(form, "topics"), text_of(form, "questions"))
    if do == "drop":
        site.uploads.forget(_upload(work, site, uid))
        return Redirect(frame.url("/edit/exchange"), status_code=303)
    if do != "apply":
        raise invalid("form.wrong")
    upload, plan = _plan(work, site, uid, wish)
    if text_of(form, "plan") != plan.mark:
        return _shown(frame, work, (upload, wish, plan), show="", start=0, is_outdated=True)
    done = carry_out(work, site.blobs, plan.wanted, f"import: {upload.filename}", most=BATCH)
    tried = len(done.created) + len(done.changed)
    left = len(plan.wanted) - tried
    is_over = not left or not tried
    if not left:
        # Behind the commit: where that fails the file is still there to be carried out.
        work.later("uploads.forget", upload=upload.uid)
    before = _number(text_of(form, "before"))
    how_far = (before + tried, left, is_over)
    return _progress(frame, work, (upload, wish, plan), done=done, how_far=how_far)


@get("/edit/exchange/out/{form:str}", **_PAGE)
def take(
    work: NamedDependency[Work], site: NamedDependency[Site], form: FromPath[str]
) -> Response[bytes]:
    """Give the handbook as one file. Raises: act.forbidden, export.unknown_form."""
    data, _count = out.as_bytes(work, site.blobs, form)
    return Response(
        data,
        media_type=out.MEDIA[form],
        headers={
            "Content-Disposition": f'attachment; filename="handbook-{work.today}.{form}"',
            "Content-Security-Policy": headers.FILE_POLICY,
            "X-Content-Type-Options": "nosniff",
            "Cache-Control": headers.PRIVATE_PAGE,
        },
    )


def _form(
    frame: Frame,
    work: Work,
    *,
    wish: Wish = Wish(),  # noqa: B008 - frozen
    error: KbError | None = None,
    status: int = HTTPStatus.OK,
) -> Response[str]:
    topics = [
        (card.path, "\u2003" * (depth - 1) + card.title)
        for card, depth in queries.navigation(work, "/", 8)
        if card.type == "Topic"
    ]
    return edit_page(
        "edit/exchange.html",
        frame,
        work,
        status=status,
        wish=wish,
        topics=topics,
        problems=problems_of(frame, error) if error else [],
        accepts=",".join(f".{form}" for form in FORMS),
        forms=list(out.MEDIA),
        limit=binaries.MAX_BYTES // (1024 * 1024),
    )


def _shown(
    frame: Frame,
    work: Work,
    sent: tuple[Upload, Wish, Plan],
    *,
    show: str,
    start: int,
    is_outdated: bool = False,
) -> Response[str]:
    upload, wish, plan = sent
    speaker = translator(frame.language, frame.timezone)
    counts = plan.counts
    first = next((one for one in _OUTCOMES if counts[one]), "new")
    outcome = show if show in _OUTCOMES else first
    steps = plan.of(outcome)  # type: ignore[arg-type]  # one of the four words
    rows = [_row(step, speaker) for step in steps[start : start + _SIZE]]
    return edit_page(
        "edit/exchange_plan.html",
        frame,
        work,
        status=HTTPStatus.CONFLICT if is_outdated else HTTPStatus.OK,
        is_outdated=is_outdated,
        mark=plan.mark,
        file_name=upload.filename,
        action=f"/edit/exchange/{upload.uid}",
        query=_query(wish),
        counts=[(one, counts[one]) for one in _OUTCOMES],
        outcome=outcome,
        batch=Batch(rows, len(steps), start, _SIZE),
        notes=[_told(note, speaker) for note in plan.notes[:_SIZE]],
        more_notes=max(0, len(plan.notes) - _SIZE),
        wanted=len(plan.wanted),
    )


def _progress(
    frame: Frame,
    work: Work,
    sent: tuple[Upload, Wish, Plan],
    *,
    done: Done,
    how_far: tuple[int, int, bool],
) -> Response[str]:
    upload, wish, plan = sent
    count, left, is_over = how_far
    tried = {*done.created, *done.changed}
    speaker = translator(frame.language, frame.timezone)
    refused = [planning.remark_of(step) for step in plan.of("refused")]
    return edit_page(
        "edit/exchange_done.html",
        frame,
        work,
        file_name=upload.filename,
        action=f"/edit/exchange/{upload.uid}",
        query=_query(wish),
        mark=mark_of(one for one in plan.wanted if one.path not in tried),
        count=count,
        left=left,
        is_over=is_over,
        refused=[_told(one, speaker) for one in [*done.refused, *refused][:_SIZE]],
        refused_count=len(done.refused) + len(refused),
    )


def _row(step: Step, speaker: Translator) -> PlanRow:
    row = PlanRow(step, _place(planning.remark_of(step)))
    if step.outcome == "refused":
        row.sentence = speaker.error(KbError(step.code, **step.params))
    elif step.outcome == "changed":
        row.changes = planning.changes_of(step)
    elif step.outcome == "new":
        row.text = step.after[:_SHOWN_TEXT]
    if step.state is not None and step.state != step.state_before:
        before = [step.state_before] if step.state_before is not None else []
        row.states = [speaker.gettext(STATES[str(one)]) for one in [*before, step.state]]
    return row


def _told(remark: Remark, speaker: Translator) -> tuple[str, str]:
    return _place(remark), speaker.error(KbError(remark.code, **remark.params))


def _place(remark: Remark) -> str:
    where = remark.where
    return f"{where.file}:{where.column}{where.line}" if where.line else where.file


def _plan(work: Work, site: Site, uid: str, wish: Wish) -> tuple[Upload, Plan]:
    """Give what was sent and its plan, made in a unit that reads: nobody waits for it to write."""
    upload = _upload(work, site, uid)
    work.pause()
    reading = _reading(site, upload, wish)
    with open_work(site.database, work.actor, site.clock, write=False) as other:
        return upload, planning.plan(other, reading, into=wish.into)


def _reading(site: Site, upload: Upload, wish: Wish) -> Reading:
    return read_sent(upload.filename, site.uploads.data(upload), wish)


def _upload(work: Work, site: Site, uid: str) -> Upload:
    upload = site.uploads.get(uid, work.actor.login, work.now)
    if upload.kind != KIND:
        raise missing("upload.missing")
    return upload


def _file(form: FormMultiDict) -> tuple[str, bytes]:
    """Give the name and the bytes of the file of a form. Raises: import.no_file."""
    given = form.get("file")
    if not isinstance(given, UploadFile) or not given.filename:
        raise invalid("import.no_file")
    data = given.file.read(binaries.MAX_BYTES + 1)
    return given.filename.replace("\\", "/").rsplit("/", 1)[-1][:200], data


def _at_file(error: KbError) -> tuple[FieldError, ...]:
    field = "into" if error.code == "item.missing" else "file"
    return (FieldError(field, error.code, error.params),)


def _wish(into: str, topics: str, questions: str) -> Wish:
    return Wish(into.strip(), Styles(topics.strip(), questions.strip()))


def _query(wish: Wish) -> dict[str, str]:
    return {"into": wish.into, "topics": wish.styles.topic, "questions": wish.styles.question}


def _address(frame: Frame, uid: str, wish: Wish) -> str:
    return frame.url(f"/edit/exchange/{uid}", **_query(wish))


def _number(text: str) -> int:
    return int(text) if text.isdecimal() and len(text) < 9 else 0  # noqa: PLR2004


# One router for what shares its paths: registered one by one, such handlers would be wrapped for
# Litestar's threads anew with each neighbour.
pages = [Router("/", route_handlers=[form_page, send, plan_page, decide, take])]
