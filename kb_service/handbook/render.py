"""Texts to what readers see: Liquid -> Markdown -> nh3, with the facts of a day.

`expand` fills in values, `check` finds what could not be shown before it is saved, `Renderer` gives
safe HTML from its own processes and keeps it in memory by the hash of the filled-in text. Visitors'
own words never pass through here as Markdown.
"""

import hashlib
import threading
from collections import OrderedDict
from collections.abc import Collection, Iterable, Mapping
from contextlib import suppress
from datetime import date
from time import monotonic
from typing import Any

import msgspec

from kb_service.base.errors import KbError, Kind, invalid
from kb_service.handbook import liquid
from kb_service.handbook.links import tel
from kb_service.handbook.liquid import MAX_BYTES, Pending, Segments, Unfilled
from kb_service.handbook.markup import Heading
from kb_service.handbook.plain import PENDING, open_comment, plain
from kb_service.handbook.pool import MarkupPool
from kb_service.handbook.schemas import Content, Fact, Parts, Problem, Rendered

__all__ = ["Context", "Renderer", "check", "expand", "pending", "plain", "tel", "variables"]

# What a letter may be filled in with, and how a variable without a value is shown.
LETTER_VARIABLES: dict[str, dict[str, tuple[str, str]]] = {
    "applicant": {
        "name": ("имя заявителя", "applicant's name"),
        "salutation": ("обращение к заявителю", "salutation"),
        "account": ("лицевой счёт", "account number"),
        "organisation": ("организация", "organisation"),
    },
    "enquiry": {
        "number": ("номер обращения", "enquiry number"),
        "date": ("дата обращения", "date of the enquiry"),
        "received": ("дата поступления", "date received"),
    },
}
_REGION = ("регион", "region")
_FACT = "fact."
_LETTER_ROOTS = frozenset({*LETTER_VARIABLES, "region"})
_CACHED = 4096
_FAILURE_S = 60.0


class Context(msgspec.Struct, frozen=True):
    """What texts are filled in with: the facts of a day, the company card, a letter's case.

    `letter` is {"applicant": {...}, "enquiry": {...}, "region": ...}; what is missing or None in it
    is shown as a mark, and so are all letter variables where it is None. `language` is that of the
    few words that rendering adds. `changed` holds the facts that lately got another value, each
    with its day. `known` are the keys of all facts: one of them without a value on the day is
    shown as a quiet word, while a name that no fact has is a mistake.
    """

    facts: Mapping[str, Fact]
    company: Mapping[str, Any]
    letter: Mapping[str, Any] | None = None
    language: str = "ru"
    changed: Mapping[str, date] = {}
    known: Collection[str] = ()

    @property
    def fact_keys(self) -> set[str]:
        """The keys that a text may name."""
        return {*self.known, *self.facts}


def expand(
    text: str,
    context: Context,
    *,
    markdown: bool = True,
    is_letter: bool = False,
    is_page: bool = False,
) -> str:
    """Fill in a text. Values are escaped for Markdown, or given as they are for plain text.

    Letter variables are known where `is_letter` says so or the context holds a letter. For a page
    the word for a missing value is marked; anywhere else it is a word like others.
    Raises: render.variable_unknown, render.filter_unknown, render.tag_unknown, render.liquid,
    render.value_not_text, render.too_heavy, render.too_large.
    """
    if not liquid.has_liquid(text):
        return text
    word = PENDING.get(context.language, PENDING["en"])
    values: dict[str, Any] = {
        "fact": {
            **dict.fromkeys(context.known, Pending(word, is_marked=is_page)),
            **{key: str(fact) for key, fact in context.facts.items()},
        },
        "company": context.company,
    }
    if is_letter or context.letter is not None:
        values |= _letter(context)
    return liquid.template(text, markdown=markdown).rendered(values)


def _letter(context: Context) -> dict[str, Any]:
    case = context.letter or {}
    word = 0 if context.language == "ru" else 1
    values: dict[str, Any] = {}
    for root, names in LETTER_VARIABLES.items():
        known = case.get(root) or {}
        values[root] = {
            name: Unfilled(labels[word]) if known.get(name) is None else known[name]
            for name, labels in names.items()
        }
    region = case.get("region")
    values["region"] = Unfilled(_REGION[word]) if region is None else region
    return values


def variables(text: str) -> set[str]:
    """Give the names that a text uses: `fact.debt_limit`, `company.phone`, `region`."""
    if not liquid.has_liquid(text):
        return set()
    return {one.name for one in liquid.template(text, markdown=True).names}


def pending(texts: Iterable[str], context: Context) -> list[str]:
    """Give the facts that texts name and that have no value on the day, in order of keys.

    Texts that cannot be read name nothing.
    """
    found: set[str] = set()
    for text in texts:
        with suppress(KbError):
            found |= {name.removeprefix(_FACT) for name in variables(text) if name[:5] == _FACT}
    return sorted(key for key in found if key in context.known and key not in context.facts)


def check(
    parts: Parts,
    content: Content | None = None,
    *,
    facts: Collection[str] | None = None,
    company: Mapping[str, Any] | None = None,
    offset: int = 0,
) -> list[Problem]:
    """Give every mistake that would keep a document from being shown, in order of lines.

    Lines are those of the body plus `offset`; mistakes in the front matter's texts carry the field
    instead. Without `facts` or `company` their keys are not looked up, only the roots.
    """
    names = _Names(facts, company)
    found: list[Problem] = []
    for part in ("public", "staff", "letter"):
        text = getattr(parts, part)
        judge = names.in_letter if part == "letter" else names.elsewhere
        found += liquid.problems(text, judge, offset=offset)
        if line := open_comment(text):
            found.append(Problem(line + offset, "render.comment_open"))
        if len(text.encode("utf-8", "surrogatepass")) > MAX_BYTES and not found:
            found.append(Problem(1 + offset, "render.too_large", {"limit": MAX_BYTES}))
    found.sort(key=lambda one: one.line)
    for field, text in _texts(content):
        for one in liquid.problems(text, names.elsewhere):
            found.append(Problem(1, one.code, {**one.params, "field": field}))
    return found


def _texts(content: Content | None) -> list[tuple[str, str]]:
    if content is None:
        return []
    texts = [("title", content.title), ("description", content.description)]
    for action in content.actions:
        texts += [("actions", action.label), ("actions", action.url)]
    return texts


class _Names:
    """Which names a text may use; each method gives the code of the mistake, or nothing."""

    def __init__(self, facts: Collection[str] | None, company: Mapping[str, Any] | None) -> None:
        self.facts = facts
        self.company = company

    def elsewhere(self, used: Segments) -> str:
        """Judge a name outside letters."""
        if used.path[0] in _LETTER_ROOTS:
            return "render.letter_variable"
        return "" if self._is_common(used) else "render.variable_unknown"

    def in_letter(self, used: Segments) -> str:
        """Judge a name in a letter."""
        root = str(used.path[0])
        if root == "region":
            is_known = len(used.path) == 1
        elif root in LETTER_VARIABLES:
            is_known = used.path[1:] in {(name,) for name in LETTER_VARIABLES[root]}
        else:
            is_known = self._is_common(used)
        return "" if is_known else "render.variable_unknown"

    def _is_common(self, used: Segments) -> bool:
        if used.path[0] == "fact":
            key = used.path[1:]
            return len(key) == 1 and (self.facts is None or key[0] in self.facts)
        if used.path[0] != "company" or len(used.path) == 1:
            return False
        return self.company is None or liquid.is_known(used.path[1:], self.company)


class Renderer:
    """Gives safe HTML; one for a process, used by all its threads. Close it at the end."""

    def __init__(self, workers: int = 1, timeout_s: float = 2.0, memory_mb: int = 512) -> None:
        self._pool = MarkupPool(workers, timeout_s, memory_mb)
        self._lock = threading.Lock()
        self._kept: OrderedDict[bytes, tuple[str, list[Heading]]] = OrderedDict()
        self._failures: OrderedDict[bytes, tuple[float, KbError]] = OrderedDict()

    def render(self, parts: Parts, context: Context) -> Rendered:
        """Give the HTML of all parts; the headings are those of the public part.

        Raises: as `expand`, render.too_large, render.too_heavy, render.failed, render.busy; each
        with the part.
        """
        public, toc = self._part("public", parts.public, context)
        staff, _ = self._part("staff", parts.staff, context)
        letter, _ = self._part("letter", parts.letter, context)
        return Rendered(public=public, staff=staff, letter=letter, toc=toc)

    def letter_html(self, text: str) -> str:
        """Give the HTML of a letter's Markdown that is filled in already; it is not filled again.

        Raises: render.too_large, render.too_heavy, render.failed, render.busy.
        """
        return self._converted(text.strip("\n"), "letter", "ru")[0] if text.strip() else ""

    def expand(
        self, text: str, context: Context, *, markdown: bool = True, is_letter: bool = False
    ) -> str:
        """Fill in a text; see the function of the same name."""
        return expand(text, context, markdown=markdown, is_letter=is_letter)

    def variables(self, text: str) -> set[str]:
        """Give the names that a text uses."""
        return variables(text)

    def check(self, parts: Parts, context: Context | None = None) -> list[Problem]:
        """Give every mistake of the parts; keys are looked up where a context is given."""
        if context is None:
            return check(parts)
        return check(parts, facts=context.fact_keys, company=context.company)

    def plain(self, markdown_text: str) -> str:
        """Give the words of a Markdown text."""
        return plain(markdown_text)

    def close(self) -> None:
        """End the rendering processes."""
        self._pool.close()

    def _part(self, part: str, text: str, context: Context) -> tuple[str, list[Heading]]:
        if not text or text.isspace():
            return "", []
        outside = msgspec.structs.replace(context, letter=None) if part != "letter" else context
        try:
            filled = expand(text, outside, is_letter=part == "letter", is_page=True).strip("\n")
            return self._converted(filled, part, context.language)
        except KbError as error:
            error.params.setdefault("part", part)
            raise

    def _converted(self, text: str, part: str, language: str) -> tuple[str, list[Heading]]:
        raw = text.encode("utf-8", "replace")
        if len(raw) > MAX_BYTES:
            raise invalid("render.too_large", limit=MAX_BYTES)
        key = hashlib.sha256(f"{part}:{language}:".encode() + raw).digest()
        with self._lock:
            known = self._kept.get(key)
            if known is not None:
                self._kept.move_to_end(key)
                return known
            failure = self._failures.get(key)
        if failure is not None and monotonic() - failure[0] < _FAILURE_S:
            # A text that just took its two seconds does not get them again at every visit.
            raise KbError(failure[1].code, failure[1].kind, **failure[1].params)
        try:
            made = self._pool.convert(text, part, language)
        except KbError as error:
            if error.kind is Kind.INVALID:
                self._keep(self._failures, key, (monotonic(), error))
            raise
        self._keep(self._kept, key, made)
        return made

    def _keep(self, cache: OrderedDict[bytes, Any], key: bytes, value: Any) -> None:
        with self._lock:
            cache[key] = value
            while len(cache) > _CACHED:
                cache.popitem(last=False)
