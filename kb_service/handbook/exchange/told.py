"""Plans and remarks as lines of text, for a terminal."""

from collections.abc import Iterator

from kb_service.base.errors import KbError
from kb_service.base.i18n import Translator
from kb_service.handbook.exchange.planning import changes_of
from kb_service.handbook.exchange.schemas import Plan, Remark, Step


def remark_line(remark: Remark, speaker: Translator) -> str:
    """Give a remark with its place: file, column and line."""
    where = remark.where
    sentence = speaker.error(KbError(remark.code, **remark.params))
    return f"{where.file}:{where.column}{where.line}: {sentence}"


def plan_lines(plan: Plan) -> Iterator[str]:
    """Give what would be new and changed, words that go with `-` and words that come with `+`."""
    for step in plan.wanted:
        moved = f" (from {step.moved_from})" if step.moved_from else ""
        title = f": {step.title}" if step.title else ""
        yield f"{step.outcome:8}{step.path}{moved}{title}"
        if step.outcome == "changed":
            yield from _change_lines(step)


def _change_lines(step: Step) -> Iterator[str]:
    if step.state not in (None, step.state_before):
        yield f"    {step.state_before} -> {step.state}"
    for change in changes_of(step):
        if change.op in ("insert", "delete"):
            mark = "+" if change.op == "insert" else "-"
            yield from (f"    {mark} {line}" for line in change.text.split("\n"))
