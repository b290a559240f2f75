"""Remarks to the editors as pages show them: threads with their answers, and what their forms do.

The page of a document and an employee's view of an item share them. A button carries what it does
in `do`: `remark`, or `answer:`, `resolve:`, `reopen:` and `delete:` with the remark that is meant.
"""

import msgspec
from litestar.datastructures.multi_dicts import FormMultiDict

from kb_service.base.errors import KbError, invalid, missing
from kb_service.base.i18n import translator
from kb_service.base.work import Work
from kb_service.handbook import queries
from kb_service.handbook.acts import remarks as acts
from kb_service.handbook.queries.remarks import RemarkView
from kb_service.handbook.rules.remarks import way_up
from kb_service.web.forms import text_of
from kb_service.web.frame import Frame

ANSWER = "answer-"
# Fields of remarks, which are no part of a document.
FIELDS = frozenset({"remark", "quote"})


class Thread(msgspec.Struct, frozen=True):
    """A remark and what was answered, oldest first."""

    first: RemarkView
    answers: list[RemarkView]


class Panel(msgspec.Struct, kw_only=True):
    """What stands beside a text: open threads by their place in it, settled ones newest first.

    `problem` is what is wrong with `text`, `quote` or an answer (by its remark) as they were typed.
    """

    open: list[Thread]
    settled: list[Thread]
    text: str = ""
    quote: str = ""
    answers: dict[str, str] = {}
    problem: str = ""

    def typed(self, uid: str) -> str:
        """Give the answer to a remark that was not taken."""
        return self.answers.get(uid, "")


def panel_of(work: Work, uid: str, form: FormMultiDict | None = None) -> Panel:
    """Give the remarks about an item that this employee may know of; what a form holds stays in it.

    Raises: item.missing.
    """
    known = queries.remarks(work, uid)
    replies = {str(one.uid): one.reply_to for one in known}
    below: dict[str, list[RemarkView]] = {}
    for one in known:
        if one.reply_to is not None:
            below.setdefault(way_up(one.uid, replies)[-1], []).append(one)
    threads = [Thread(one, below.get(one.uid, [])) for one in known if one.reply_to is None]
    still = [one for one in threads if one.first.resolved_at is None]
    # As in `queries.open_remarks`: what has no place in the text comes last.
    still.sort(key=lambda one: (one.first.place is None, one.first.place or (0, 0)))
    settled = [one for one in threads if one.first.resolved_at is not None]
    typed = _typed(form) if form is not None else {}
    return Panel(
        open=still,
        settled=settled[::-1],
        text=typed.pop("remark", ""),
        quote=typed.pop("quote", ""),
        answers={name.removeprefix(ANSWER): text for name, text in typed.items()},
    )


def refused(frame: Frame, work: Work, uid: str, form: FormMultiDict, error: KbError) -> Panel:
    """Give the panel with what was typed and what is wrong with it."""
    panel = panel_of(work, uid, form)
    panel.problem = translator(frame.language, frame.timezone).error(error)
    return panel


def do(work: Work, uid: str, form: FormMultiDict) -> None:
    """Do what the pressed button says. Raises: form.wrong, remark.*, item.missing."""
    what, _, about = text_of(form, "do").partition(":")
    if what == "remark":
        acts.add(work, uid, text_of(form, "remark"), quote=text_of(form, "quote"))
        return
    if what not in ("answer", "resolve", "reopen", "delete"):
        raise invalid("form.wrong")
    # By its item: a remark of another one is none here.
    if about not in {one.uid for one in queries.remarks(work, uid)}:
        raise missing("remark.missing", uid=about)
    if what == "answer":
        acts.add(work, uid, text_of(form, ANSWER + about), reply_to=about)
    elif what == "delete":
        acts.delete(work, about)
    else:
        acts.resolve(work, about, is_resolved=what == "resolve")


def say_unsent(work: Work, uid: str, form: FormMultiDict) -> None:
    """Say what stands in the fields of remarks when the document is saved: nothing typed is lost.

    Raises: remark.*.
    """
    for name, text in _typed(form).items():
        if name.startswith(ANSWER) and text.strip():
            acts.add(work, uid, text, reply_to=name.removeprefix(ANSWER))
    if text_of(form, "remark").strip():
        acts.add(work, uid, text_of(form, "remark"), quote=text_of(form, "quote"))


def _typed(form: FormMultiDict) -> dict[str, str]:
    return {name: text_of(form, name) for name in form if name in FIELDS or name.startswith(ANSWER)}
