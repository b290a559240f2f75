"""An ended session on the page of a document: signing in again without losing a letter (B28).

Without a script the posted text comes back inside the form of the sign-in; with one the same
address is asked while the text stays in its fields. Either way the text is kept on the server in
the same unit in which the new session begins.
"""

from http import HTTPStatus
from typing import Any

from litestar import Request, Response, post
from litestar.datastructures.multi_dicts import FormMultiDict
from litestar.di import NamedDependency, Provide

from kb_service.base.errors import KbError
from kb_service.base.i18n import translator
from kb_service.base.work import Work
from kb_service.gate import csrf
from kb_service.gate.actor import address_of
from kb_service.gate.site import Site
from kb_service.handbook import queries
from kb_service.handbook.acts import drafts
from kb_service.handbook.rules.drafts import Place, place_of
from kb_service.people.acts import sessions
from kb_service.web.edit.place import ITEMS, NEW
from kb_service.web.edit.typed import Typed, typed_of
from kb_service.web.forms import REFUSALS, FormRefused, provide_form, text_of
from kb_service.web.frame import Frame
from kb_service.web.pages import page
from kb_service.web.sign_in import enter, refused, sentence, with_session

RESUME = "/edit/resume"
# The names of what a form carries beside its texts, which the sign-in hands on.
_CARRIED = ("uid", "type", "parent", "tab", "based_on", "comment")


def ask_to_sign_in(frame: Frame, work: Work, site: Site, form: FormMultiDict) -> None:
    """Answer the form of somebody whose session has ended with a sign-in that keeps the text."""
    if not work.actor.is_staff:
        raise FormRefused(_page(frame, site, form, status=HTTPStatus.UNAUTHORIZED))


def fresh_token(site: Site) -> str:
    """Give a token for the form of a sign-in that a script fills."""
    return csrf.anonymous_token(site.token_key, site.clock.now())


@post(
    RESUME,
    sync_to_thread=True,
    include_in_schema=False,
    opt=csrf.OWN_CHECK,
    dependencies={"form": Provide(provide_form)},
    exception_handlers=REFUSALS,
)
def resume(
    request: Request[Any, Any, Any],
    frame: NamedDependency[Frame],
    work: NamedDependency[Work],
    site: NamedDependency[Site],
    form: NamedDependency[FormMultiDict],
) -> Response[Any]:
    """Begin a session, keep the text, and go on where it was typed."""
    is_script = "application/json" in request.headers.get("accept", "")
    try:
        csrf.check_anonymous(request, text_of(form, "csrf"), site.clock.now())
        login, password = text_of(form, "login"), text_of(form, "password")
        signed = sessions.sign_in(work, login, password, address_of(request))
        work.as_actor(queries.with_local_roles(work, work.actor))
        place = place_of(*(text_of(form, name) for name in ("uid", "type", "parent")))
        kept = _kept(work, place, typed_of(form))
    except KbError as error:
        problem = sentence(translator(frame.language, frame.timezone), error)
        if is_script:
            body: Response[Any] = Response({"problem": problem, "csrf": fresh_token(site)})
            raise FormRefused(refused(body, error)) from error
        answer = _page(frame, site, form, problem=problem, status=HTTPStatus.UNAUTHORIZED)
        raise FormRefused(refused(answer, error)) from error
    if is_script:
        token = csrf.token_of(signed.secret)
        told = Response({"csrf": token, "draft": kept, "login": work.actor.login})
        return with_session(told, frame, request, signed)
    where = (
        f"{ITEMS}/{place.uid}?" if place.uid else f"{NEW}?type={place.type}&parent={place.parent}&"
    )
    return enter(frame, request, signed, f"{where}draft={kept}&done=back")


def _kept(work: Work, place: Place, typed: Typed) -> str:
    return drafts.keep(
        work, place, tab=typed.tab or "resumed", based_on=typed.based_on, fields=typed.fields
    )


def _page(
    frame: Frame, site: Site, form: FormMultiDict, *, problem: str = "", status: int
) -> Response[str]:
    frame.csrf = fresh_token(site)
    typed = typed_of(form)
    carried = {name: text_of(form, name) for name in _CARRIED}
    if not carried["uid"] and not carried["type"]:
        carried["uid"] = frame.path.rsplit("/", 1)[-1]
    return page(
        "edit/resume.html",
        frame,
        status=status,
        login=text_of(form, "login"),
        problem=problem,
        carried={**carried, **typed.fields},
        text="\n\n".join(text for name, text in typed.fields.items() if text and name != "view"),
    )


routes = [resume]
