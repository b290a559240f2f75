"""Files brought into a text: dropped or pasted by a script, or chosen in the form without one.

A file becomes an item beside the document, private until the document is published: then what the
text names is published with it (handbook.acts.publishing).
"""

import re
from http import HTTPStatus
from pathlib import PurePosixPath
from typing import Any

from litestar import Response, post
from litestar.datastructures import UploadFile
from litestar.datastructures.multi_dicts import FormMultiDict
from litestar.di import NamedDependency

from kb_service.base.errors import FieldError, KbError, invalid
from kb_service.base.i18n import translator
from kb_service.base.work import Work
from kb_service.gate import uploads
from kb_service.gate.site import Site
from kb_service.handbook import codec, queries
from kb_service.handbook.acts import edit
from kb_service.handbook.binaries import MAX_BYTES
from kb_service.handbook.rules import paths
from kb_service.handbook.schemas import TYPES, Audience
from kb_service.web.edit.opened import Opened, open_item, open_new
from kb_service.web.edit.place import FORM
from kb_service.web.errors import STATUS
from kb_service.web.forms import FormRefused, text_of
from kb_service.web.frame import Frame

FILES = "/edit/files"
# The file itself, and the form around it.
MAX_FORM = MAX_BYTES + 2 * 1024 * 1024
_MAX_TITLE = 200
INSIDE = ("staff", "letter")


def is_brought(form: FormMultiDict) -> bool:
    """Say whether somebody chose a file in the form."""
    upload = form.get("upload")
    return isinstance(upload, UploadFile) and bool(upload.filename)


def take(work: Work, site: Site, opened: Opened, form: FormMultiDict) -> str:
    """Make an item of a file that a form brought, beside the document; give the link to it.

    Raises: file.missing, file.*, act.forbidden.
    """
    upload = form.get("upload")
    if not isinstance(upload, UploadFile) or not upload.filename:
        raise invalid("file.missing", FieldError("upload", "file.missing"))
    topic = queries.parent_for_new(work, uid=_topic(work, opened))
    taken = [card.path.rsplit("/", 1)[-1] for card in queries.children(work, topic.path)]
    data = upload.file.read(MAX_BYTES + 1)
    # Pictures are made anew, which takes its time: nobody's writing waits for it.
    work.pause()
    try:
        kept = uploads.kept(site.blobs, upload.filename, data)
    except KbError as error:
        error.fields = (FieldError("upload", error.code, error.params),)
        raise
    name = PurePosixPath(str(kept.values["filename"]))
    title = " ".join(name.stem.split())[:_MAX_TITLE]
    content = TYPES[kept.kind](title=title, audience=_audience(opened, form), **kept.values)
    text = codec.revision_text(codec.new(kept.kind, content, ""))
    uid = edit.create(work, topic.uid, text, name=_free_name(name, taken))
    card = queries.cards(work, [uid])[uid]
    title = re.sub(r"([\[\]\\])", r"\\\1", card.title)
    return f"{'!' if card.type == 'Image' else ''}[{title}]({card.path})"


def _free_name(name: PurePosixPath, taken: list[str]) -> str:
    """Give a short name with the file's ending that no neighbour has."""
    ending = name.suffix.lower()
    stems = [one.removesuffix(ending) for one in taken if one.endswith(ending)]
    return paths.unique(paths.slug(name.stem), stems) + ending


def _audience(opened: Opened, form: FormMultiDict) -> Audience:
    """Give who may ever see the file: whoever reads the text into which it is put.

    `into` is the part of the text; what stands there may not be public for its picture's sake.
    """
    saved = codec.decode(opened.text).content.audience
    is_inside = (text_of(form, "audience") or saved) == "staff" or text_of(form, "into") in INSIDE
    return Audience.STAFF if is_inside else Audience.PUBLIC


@post(FILES, status_code=HTTPStatus.OK, request_max_body_size=MAX_FORM, **FORM)
def bring(
    frame: NamedDependency[Frame],
    work: NamedDependency[Work],
    site: NamedDependency[Site],
    form: NamedDependency[FormMultiDict],
) -> Response[Any]:
    """Take a file that was dropped into a text; gives the link to put there, to the script.

    Raises: session.needed, act.forbidden.
    """
    uid = text_of(form, "uid")
    opened = (
        open_item(work, uid)
        if uid
        else open_new(work, text_of(form, "type"), text_of(form, "parent"))
    )
    try:
        return Response({"link": take(work, site, opened, form)})
    except KbError as error:
        problem = translator(frame.language, frame.timezone).error(error)
        answer = Response({"problem": problem}, status_code=STATUS[error.kind])
        raise FormRefused(answer) from error


def _topic(work: Work, opened: Opened) -> str:
    """Give the uid of the topic in which the document lies, or of the document if it is one."""
    if opened.item is None or opened.type == "Topic" or opened.item.path == "/":
        return opened.place.parent or opened.place.uid
    return queries.card_at(work, opened.item.path.rsplit("/", 1)[0] or "/").uid


routes = [bring]
