"""Where an item lies: moved, renamed, copied, thrown away; what would follow is said beforehand."""

from http import HTTPStatus
from typing import Any

from litestar import Response, get, post
from litestar.datastructures.multi_dicts import FormMultiDict
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery
from litestar.response import Redirect

from kb_service.base.errors import FieldError, KbError, invalid
from kb_service.base.i18n import translator
from kb_service.base.permissions import Permission
from kb_service.base.work import Work
from kb_service.handbook import queries
from kb_service.handbook.acts import copying, edit
from kb_service.web.edit import labels
from kb_service.web.edit.opened import Opened, open_item
from kb_service.web.edit.place import FORM, ITEMS, PAGE, address_of, edit_page
from kb_service.web.forms import FormRefused, problems_of, said, text_of, told_in_form
from kb_service.web.frame import Frame

_OF_NO_FIELD = (
    "item.locked", "item.root_stays", "form.wrong", "tree.too_many", "tree.closed_below"
)  # fmt: skip

_PLACE = f"{ITEMS}/{{uid:str}}/place"
SAID = {
    "move": "It lies here now. Its old address leads on.",
    "same": "It lay there already: nothing has changed.",
}
# How many of those who lead to an item are named.
MOST_NAMED = 10


@get(_PLACE, **PAGE)
def placed(
    frame: NamedDependency[Frame],
    work: NamedDependency[Work],
    uid: FromPath[str],
    done: FromQuery[str] = "",
) -> Response[str]:
    """Show where an item lies and what can be done about that. Raises: item.missing."""
    work.allow_somewhere(Permission.EDIT)
    return _page(frame, work, open_item(work, uid), done=done)


@post(_PLACE, **FORM)
def place(
    frame: NamedDependency[Frame],
    work: NamedDependency[Work],
    uid: FromPath[str],
    form: NamedDependency[FormMultiDict],
) -> Response[Any]:
    """Move, rename, copy or throw away, as the pressed button says. Raises: form.wrong."""
    work.allow_somewhere(Permission.EDIT)
    opened = open_item(work, uid)
    try:
        address = _done(work, opened, form)
    except KbError as error:
        status = told_in_form(error)
        answer = _page(frame, work, opened, typed=form, error=_at_field(error), status=status)
        raise FormRefused(answer) from error
    return Redirect(frame.url(address), status_code=303)


def _done(work: Work, opened: Opened, form: FormMultiDict) -> str:
    """Do what a form says; give the address to go on to."""
    do, uid = text_of(form, "do"), opened.place.uid
    parent, name = text_of(form, "parent"), text_of(form, "name").strip()
    if do == "move":
        before = queries.for_editing(work, uid=uid).path
        after = edit.move(work, uid, parent, name=name)
        return f"{ITEMS}/{uid}/place?done={'same' if after == before else 'move'}"
    if do == "copy":
        own = (opened.item.path if opened.item else "").rsplit("/", 1)[-1]
        # Its own name is not asked for: where that is taken, a number follows.
        copied = copying.copy(work, uid, parent, name="" if name == own else name)
        card = queries.cards(work, [copied])[copied]
        return f"{address_of(copied, card.path)}?done=copy"
    if do == "trash":
        edit.trash(work, uid, comment=text_of(form, "comment"))
        return "/edit/trash?done=trash"
    raise invalid("form.wrong")


def _at_field(error: KbError) -> KbError:
    """Give an error at the field that can put it right."""
    field = "name" if error.code.startswith("path.") or error.code == "item.exists" else "parent"
    if error.code in _OF_NO_FIELD:
        return error
    fault = FieldError(field, error.code, error.params)
    return KbError(error.code, error.kind, fields=(fault,), **error.params)


def _page(
    frame: Frame,
    work: Work,
    opened: Opened,
    *,
    typed: FormMultiDict | None = None,
    error: KbError | None = None,
    status: int = HTTPStatus.OK,
    done: str = "",
) -> Response[str]:
    item = opened.item
    path = item.path if item else "/"
    above, _slash, name = path.rpartition("/")
    topics = queries.topics_for(work, Permission.ADD, but=path if path != "/" else "")
    here = next((one.uid for one in topics if one.path == (above or "/")), "")
    breaches = queries.breaches(work, [opened.place.uid])
    speaker = translator(frame.language, frame.timezone)
    return edit_page(
        "edit/placing.html",
        frame,
        work,
        status=status,
        opened=opened,
        item=item,
        title=queries.card_at(work, path).title,
        state_names={key: speaker.gettext(one) for key, one in labels.STATES.items()},
        topics=topics,
        parent=text_of(typed, "parent") if typed else here,
        short=text_of(typed, "name") if typed else name,
        comment=text_of(typed, "comment") if typed else "",
        below=queries.count_below(work, path),
        sources=breaches[0].sources if breaches else [],
        most=MOST_NAMED,
        saved=said(frame, SAID, done),
        problems=problems_of(frame, error) if error else [],
    )


routes = [placed, place]
