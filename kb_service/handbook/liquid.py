"""Liquid in texts: `{{ fact.key }}`, `{{ company.name }}`, letter variables, if, unless, case, for.

The smallest useful set: no filters, no assignments, nothing that loads another text. Names are
looked up before anything is rendered, so an unknown one is an error also in a branch that is not
taken. Values go in as data: escaped for Markdown where the text is Markdown, never read as Liquid.
The cutting into tags is our own, since python-liquid's takes cubic time on hostile texts.
"""

import re
from collections.abc import Callable, Iterator, Mapping
from datetime import date, datetime
from functools import lru_cache
from typing import Any, TextIO

import msgspec
from liquid import Environment, RenderContext, StrictUndefined
from liquid.builtin.content import Literal
from liquid.builtin.illegal import Illegal
from liquid.builtin.output import Output, OutputNode
from liquid.builtin.tags.case_tag import CaseTag
from liquid.builtin.tags.for_tag import ForTag
from liquid.builtin.tags.if_tag import IfTag
from liquid.builtin.tags.unless_tag import UnlessTag
from liquid.exceptions import (
    LiquidError,
    LiquidSyntaxError,
    ResourceLimitError,
    UndefinedError,
    UnknownFilterError,
)
from liquid.template import BoundTemplate
from liquid.token import TOKEN_CONTENT, TOKEN_EXPRESSION, TOKEN_OUTPUT, TOKEN_TAG, Token

from kb_service.base.errors import KbError, invalid
from kb_service.handbook.schemas import Problem

MAX_BYTES = 64 * 1024
_MAX_TAG = 400
_MAX_TAGS = 2_000
_TAG = re.compile(r"(\w*)\s*(.*)", re.DOTALL)
_CONTROL = re.compile("[\x00-\x08\x0e-\x1f\x7f-\x84\x86-\x9f]")
_DIRECTION = re.compile("[\u202a-\u202e\u2066-\u2069]")
_BLANKS = re.compile("[ \t\n\v\f\r\x85\u2028\u2029]+")
_UNFILLED = ("\u27e6", "\u27e7")


class Segments(msgspec.Struct, frozen=True):
    """One name as used in a text, with its line (1 is the first)."""

    path: tuple[object, ...]
    line: int

    @property
    def name(self) -> str:
        """The first two steps of the name, as a person writes it: `company.offices`."""
        return ".".join(str(step) for step in self.path[:2])


class Unfilled:
    """A letter variable that has no value yet: false in conditions, a visible mark in the text."""

    def __init__(self, label: str) -> None:
        self.label = label

    def __liquid__(self) -> None:
        """What conditions see."""

    def __str__(self) -> str:
        return self.label.join(_UNFILLED)


class Pending(Unfilled):
    """A fact without a value on the day: false in conditions, a quiet word where it was to stand.

    Only on the way to a page is the word marked as an unfilled variable is.
    """

    def __init__(self, label: str, *, is_marked: bool) -> None:
        super().__init__(label)
        self.is_marked = is_marked

    def __str__(self) -> str:
        return super().__str__() if self.is_marked else self.label


class Template(msgspec.Struct, frozen=True):
    """A text read once: how to render it and which names it uses."""

    bound: BoundTemplate
    names: tuple[Segments, ...]

    def rendered(self, values: Mapping[str, Any]) -> str:
        """Give the text with the values. Raises: render.liquid, render.too_heavy and so on."""
        for used in self.names:
            if not is_known(used.path, values):
                raise invalid("render.variable_unknown", line=used.line, name=used.name)
        try:
            return self.bound.render(values)
        except (LiquidError, RecursionError, ValueError) as error:
            raise _fault(error) from error


def markdown_escaped(text: str) -> str:
    """Give one line of Markdown that shows exactly this text, inside a link's address too.

    Entities rather than backslashes: they hold in addresses, tables, titles and definitions alike.
    What only matters at the start of a line is escaped there; parentheses only where they could
    make an address of what stands before.
    """
    line = cleaned(text)
    escaped = line.translate(_ENTITIES)
    if line[:1] in _LINE_STARTS:
        return f"&#{ord(line[0])};{line[1:].translate(_ENTITIES)}"
    return _NUMBERED.sub(lambda found: f"{found[1]}&#{ord(found[2])};", escaped)


_ENTITIES = {ord(sign): f"&#{ord(sign)};" for sign in "\\`*_{}[]<>|~\"'\u27e6\u27e7"} | {
    ord("&"): "&amp;"
}
_LINE_STARTS = frozenset("#+-=:!.()")
_NUMBERED = re.compile(r"^(\d+)([.)])(?=\s|$)")


def cleaned(text: str) -> str:
    """Give the text on one line, without control letters and marks that turn its direction."""
    text = _BLANKS.sub(" ", text).strip(" ")
    return _DIRECTION.sub("", _CONTROL.sub("", text))


@lru_cache(maxsize=1024)
def template(text: str, *, markdown: bool) -> Template:
    """Read a text.

    Raises: render.too_large, render.liquid, render.tag_unknown, render.filter_unknown,
    render.too_heavy; with the line.
    """
    if len(text.encode("utf-8", "surrogatepass")) > MAX_BYTES:
        raise invalid("render.too_large", limit=MAX_BYTES, line=1)
    try:
        bound = (_MARKDOWN if markdown else _PLAIN).from_string(text)
        analysis = bound.analyze(include_partials=False)
    except (LiquidError, RecursionError, ValueError) as error:
        raise _fault(error) from error
    for name, spans in analysis.filters.items():
        raise invalid("render.filter_unknown", line=_line(text, spans[0].index), name=name)
    names = [
        Segments(tuple(_step(step) for step in one.segments), _line(text, one.span.index))
        for group in analysis.globals.values()
        for one in group
    ]
    return Template(bound, tuple(sorted(names, key=lambda one: one.line)))


def problems(text: str, judge: Callable[[Segments], str], *, offset: int = 0) -> list[Problem]:
    """Give every mistake of a text: it cannot be read, or `judge` gives a code for a name."""
    if not has_liquid(text) and len(text) <= MAX_BYTES // 4:
        return []
    try:
        used = template(text, markdown=True).names
    except KbError as error:
        params = {key: value for key, value in error.params.items() if key != "line"}
        return [Problem(error.params.get("line", 1) + offset, error.code, params)]
    judged = [(one, judge(one)) for one in used]
    return [Problem(one.line + offset, code, {"name": one.name}) for one, code in judged if code]


def has_liquid(text: str) -> bool:
    """Say whether there is anything to fill in."""
    return "{{" in text or "{%" in text


class _FilledOutput(OutputNode):
    __slots__ = ()

    def render_to_output(self, context: RenderContext, buffer: TextIO) -> int:
        value = _text(self.expression.evaluate(context), self)
        escape = context.env is _MARKDOWN and not isinstance(value, _Mark)
        return buffer.write(markdown_escaped(value) if escape else value)


class _Mark(str):
    """An unfilled variable's mark, which is not escaped."""

    __slots__ = ()


class _Output(Output):
    node_class = _FilledOutput


class _Environment(Environment):
    block_nesting_limit = 12
    context_depth_limit = 20
    loop_iteration_limit = 1_000
    output_stream_limit = MAX_BYTES

    def setup_tags_and_filters(self, *, extra: bool = False) -> None:
        for tag in (Literal, _Output, Illegal, IfTag, UnlessTag, CaseTag, ForTag):
            self.add_tag(tag)

    def tokenizer(self) -> Callable[[str], Iterator[Token]]:
        return _tokens


_MARKDOWN = _Environment(undefined=StrictUndefined, strict_filters=True)
_PLAIN = _Environment(undefined=StrictUndefined, strict_filters=True)


def _tokens(source: str) -> Iterator[Token]:
    """Cut a text into tags and what stands between, in one pass."""
    position = count = 0
    is_trimmed = False
    while True:
        start = _next_tag(source, position)
        literal = source[position:] if start < 0 else source[position:start]
        if is_trimmed:
            literal = literal.lstrip()
        if start >= 0 and source[start + 2 : start + 3] == "-":
            literal = literal.rstrip()
        if literal:
            yield Token(TOKEN_CONTENT, literal, position, source)
        if start < 0:
            return
        count += 1
        end = source.find("}}" if source[start + 1] == "{" else "%}", start + 2, start + _MAX_TAG)
        if end < 0 or count > _MAX_TAGS:
            problem = "a tag is not closed" if end < 0 else "too many tags"
            raise LiquidSyntaxError(problem, token=Token("eof", "", start, source))
        yield from _tag(source, start, end)
        is_trimmed = source[end - 1] == "-"
        position = end + 2


def _next_tag(source: str, position: int) -> int:
    while (brace := source.find("{", position)) >= 0:
        if source[brace + 1 : brace + 2] in ("{", "%") and brace + 1 < len(source):
            return brace
        position = brace + 1
    return -1


def _tag(source: str, start: int, end: int) -> Iterator[Token]:
    inner = source[start + 2 : end].removeprefix("-").removesuffix("-").strip()
    if source[start + 1] == "{":
        yield Token(TOKEN_OUTPUT, source[start : end + 2], start, source)
        yield Token(TOKEN_EXPRESSION, inner, start + 2, source)
        return
    found = _TAG.fullmatch(inner)
    name, expression = (found[1], found[2]) if found else ("", "")
    yield Token(TOKEN_TAG, name, start, source)
    if expression:
        yield Token(TOKEN_EXPRESSION, expression, start + 2, source)


def _text(value: object, node: OutputNode) -> str:
    if isinstance(value, Unfilled):
        return _Mark(value)
    if isinstance(value, str) or value is None:
        return cleaned(value or "")
    if isinstance(value, datetime | date):
        return value.strftime("%d.%m.%Y")
    if isinstance(value, bool):
        return str(value).lower()
    is_undefined = isinstance(value, StrictUndefined)
    if isinstance(value, Mapping | list | tuple | range) and not is_undefined:
        line = _line(node.token.source, node.token.start_index)
        raise invalid("render.value_not_text", line=line, name=str(node.expression))
    # Asked for its text, an undefined name raises the error with its name.
    return str(value)


def _step(step: object) -> object:
    # A name inside brackets cannot be checked before rendering: it counts as unknown.
    return step if isinstance(step, str | int) else "[]"


def is_known(path: tuple[object, ...], values: object) -> bool:
    """Say whether the name leads to something in the values."""
    for step in path:
        if isinstance(values, Mapping):
            if step not in values:
                return False
            values = values[step]
        elif isinstance(values, list | tuple):
            if step in ("size", "first", "last"):
                return True
            if not isinstance(step, int) or not -len(values) <= step < len(values):
                return False
            values = values[step]
        else:
            return False
    return True


def _line(source: str, index: int) -> int:
    return source.count("\n", 0, max(index, 0)) + 1


def _fault(error: Exception) -> KbError:
    token = getattr(error, "token", None)
    line = _line(token.source, token.start_index) if token is not None else 1
    reason = str(error.args[0]) if error.args else type(error).__name__
    cause = error.__cause__ if type(error) is LiquidError else error
    if isinstance(cause, ResourceLimitError | RecursionError):
        return invalid("render.too_heavy", line=line, reason=reason)
    if isinstance(error, UndefinedError):
        name = reason.removesuffix(" is undefined")
        return invalid("render.variable_unknown", line=line, name=name)
    if isinstance(error, UnknownFilterError):
        return invalid("render.filter_unknown", line=line, name=reason)
    if isinstance(error, LiquidSyntaxError) and reason.startswith("unexpected tag "):
        return invalid("render.tag_unknown", line=line, name=reason.split("'")[1])
    return invalid("render.liquid", line=line, reason=reason)
