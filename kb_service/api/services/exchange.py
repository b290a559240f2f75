"""`@import` and `@export`: whole handbooks in and out, as on the page `/edit/exchange`.

Who may write somewhere may come in; each step asks for its own place, and nobody takes out what
they may not edit.

An import is one unit: all that is not refused goes in, or nothing. What is larger than one request
takes is for the page `/edit/exchange` and `kb import`.
"""

import base64
import binascii
from typing import Annotated, Any

from litestar import Request, Response, get, post
from litestar.di import NamedDependency
from litestar.params import JSONBody, QueryParameter
from msgspec import UNSET

from kb_service.api.addresses import addresses_of
from kb_service.api.conditional import answer
from kb_service.api.language import speaker_of
from kb_service.api.responses import may_answer
from kb_service.api.schemas.exchange import (
    ImportBody,
    ImportChange,
    ImportCounts,
    Imported,
    ImportPlace,
    ImportStep,
)
from kb_service.base.errors import FieldError, KbError, invalid
from kb_service.base.i18n import Translator
from kb_service.base.permissions import Permission
from kb_service.base.work import Work, open_work
from kb_service.gate.paths import content_path
from kb_service.gate.site import Site
from kb_service.handbook import binaries
from kb_service.handbook.exchange import out, planning
from kb_service.handbook.exchange.applying import carry_out
from kb_service.handbook.exchange.reading import read_sent
from kb_service.handbook.exchange.schemas import Remark, Step, Styles, Wish

MAX_CHANGES = 500
# In base64 a file is a third longer; the rest of the body is short.
MAX_BODY = binaries.MAX_BYTES * 4 // 3 + 64 * 1024
Form = Annotated[str, QueryParameter(name="form", description="zip, csv or xlsx.")]


@post(
    "/api/@import",
    responses=may_answer(400, 401, 403, 404, 413),
    summary="Bring a handbook in",
    description="Asked at a topic: what names no topic goes below it. 500 changes at most.",
    tags=["content"],
    opt={"x-contextual": True},
    status_code=200,
    request_max_body_size=MAX_BODY,
    sync_to_thread=True,
)
def bring_in(
    request: Request[Any, Any, Any],
    work: NamedDependency[Work],
    site: NamedDependency[Site],
    data: JSONBody[ImportBody],
) -> Response[Imported]:
    """Take a file in, or with `dry_run` say what would be done.

    Raises: import.*, archive.*, office.*, table.*, word.*, plone.*, html.*, content.wrong.
    """
    work.allow_somewhere(Permission.ADD)
    context = content_path(request)
    wish = Wish(context if context != "/" else "", Styles(data.topic_style, data.question_style))
    work.pause()
    reading = read_sent(data.file.filename, _bytes(data), wish)
    # In a unit that reads: nobody waits for the plan to write.
    with open_work(site.database, work.actor, site.clock, write=False) as other:
        plan = planning.plan(other, reading, into=wish.into)
    steps = plan.wanted
    refused = [planning.remark_of(step) for step in plan.of("refused")]
    if not data.dry_run:
        if len(steps) > MAX_CHANGES:
            raise invalid("import.too_many_changes", limit=MAX_CHANGES)
        done = carry_out(work, site.blobs, steps, f"import: {data.file.filename[:200]}")
        steps = [step for step in steps if step.path in {*done.created, *done.changed}]
        refused += done.refused
    told = _told(request, (steps, len(plan.of("same")), refused, plan.notes))
    told.dry_run = data.dry_run
    return answer(request, told)


@get(
    "/api/@export",
    responses=may_answer(400, 401, 403),
    summary="Take the handbook out as one file",
    description="`zip` holds everything, `csv` and `xlsx` the standard questions.",
    tags=["content"],
    sync_to_thread=True,
    media_type="application/octet-stream",
)
def take_out(
    work: NamedDependency[Work], site: NamedDependency[Site], form: Form = "zip"
) -> Response[bytes]:
    """Give the handbook. Raises: export.unknown_form, table.cell_too_large."""
    work.allow_somewhere(Permission.EDIT)
    data, _count = out.as_bytes(work, site.blobs, form)
    headers = {
        "Content-Disposition": f'attachment; filename="handbook-{work.today}.{form}"',
        "Cache-Control": "private, no-store",
        "X-Content-Type-Options": "nosniff",
    }
    return Response(data, media_type=out.MEDIA[form], headers=headers)


def _bytes(data: ImportBody) -> bytes:
    """Give the bytes of the file. Raises: import.no_file, content.wrong."""
    if not data.file.data or not data.file.filename:
        raise invalid("import.no_file", FieldError("file", "import.no_file"))
    wrong = invalid("content.wrong", FieldError("file", "file.encoding"))
    if data.file.encoding != "base64":
        raise wrong
    try:
        return base64.b64decode(data.file.data, validate=True)
    except (binascii.Error, ValueError) as error:
        raise wrong from error


def _told(
    request: Request[Any, Any, Any], made: tuple[list[Step], int, list[Remark], list[Remark]]
) -> Imported:
    speaker = speaker_of(request)
    addresses = addresses_of(request)
    steps, same, refused, notes = made
    news = sum(step.outcome == "new" for step in steps)
    return Imported(
        id=addresses.here(),
        counts=ImportCounts(news, len(steps) - news, same, len(refused)),
        items=[_step(step, addresses.item(step.path)) for step in steps],
        refused=[_place(remark, speaker) for remark in refused],
        notes=[_place(remark, speaker) for remark in notes],
    )


def _step(step: Step, address: str) -> ImportStep:
    changes = planning.changes_of(step) if step.outcome == "changed" else []
    return ImportStep(
        outcome=step.outcome,
        id=address if not step.is_sheet else step.path,
        type=step.type or "Sheet",
        title=step.title,
        file=step.where.file,
        line=step.where.line,
        review_state=str(step.state) if step.state is not None else UNSET,
        moved_from=step.moved_from or UNSET,
        changes=[ImportChange(change.op, change.text) for change in changes],
    )


def _place(remark: Remark, speaker: Translator) -> ImportPlace:
    where = remark.where
    return ImportPlace(
        file=where.file,
        line=where.line,
        column=where.column,
        code=remark.code,
        message=speaker.error(KbError(remark.code, **remark.params)),
    )


routes: list[Any] = [bring_in, take_out]
