"""Checks of how a reply reads: brush-offs, blame, heavy words, terms, long sentences.

Phrases and terms are data that editors keep. What stands in a quotation of the customer's own words
is looked at all the same: the reader meets it in the reply. Source: R13, R22, R26.
"""

from collections.abc import Iterator
from functools import lru_cache

from kb_service.letters.rules.checks.ground import Ground, Term
from kb_service.letters.schemas import Finding, Level
from kb_service.text.lemmas import analyser
from kb_service.text.normalise import WORD, fold
from kb_service.text.readability import measure, words
from kb_service.text.sentences import sentences
from kb_service.text.wording import Phrases, forms

LONGEST_SENTENCE = 25
EASIEST_TO_WARN = 40.0
_QUOTE = 120
_EXPLAINS = ("то есть", "это", "иначе говоря", "проще говоря")
# So many letters behind a term an explanation may begin.
_NEAR = 12
_STEP = ({"impr"}, {"1per", "plur", "futr"}, {"1per", "sing", "futr"})
_ASKING = frozenset({"просить", "нужно", "можно", "необходимо", "надо", "достаточно"})


@lru_cache(maxsize=8)
def _phrases(texts: tuple[str, ...]) -> Phrases:
    return Phrases(texts)


def _of_kind(ground: Ground, kind: str) -> Iterator[Finding]:
    rows = {one.phrase: one for one in ground.phrases if one.kind == kind}
    reader = _phrases(tuple(rows))
    for where, text in _texts(ground):
        for match in reader.find(text):
            yield Finding(
                check=kind,
                level=Level.WARN,
                code=f"check.{kind}",
                where=where,
                start=match.start,
                end=match.end,
                quote=text[match.start : match.end],
                instead=rows[match.phrase].instead,
            )


def brush_offs(ground: Ground) -> Iterator[Finding]:
    """Find phrases that stand for an answer and are none. Source: R26."""
    return _of_kind(ground, "brush_off")


def blame(ground: Ground) -> Iterator[Finding]:
    """Find phrases that blame the reader. Source: R13."""
    return _of_kind(ground, "blame")


def heavy(ground: Ground) -> Iterator[Finding]:
    """Find words that weigh the text down. Source: R22."""
    return _of_kind(ground, "heavy")


def terms(ground: Ground) -> Iterator[Finding]:
    """Find terms of the trade whose first mention nobody explains. Source: R22."""
    known = {one.term: one for one in ground.glossary}
    reader = _phrases(tuple(known))
    seen: set[str] = set()
    whole = " ".join(text for _, text in _texts(ground))
    for where, text in _texts(ground):
        for match in reader.find(text):
            term = known[match.phrase]
            if term.term in seen:
                continue
            seen.add(term.term)
            if not _is_explained(text, match.start, match.end) and not _says(whole, term):
                yield Finding(
                    check="term_unexplained",
                    level=Level.WARN,
                    code="check.term_unexplained",
                    where=where,
                    start=match.start,
                    end=match.end,
                    quote=text[match.start : match.end],
                    instead=term.plain,
                )


def _is_explained(text: str, start: int, end: int) -> bool:
    """Say whether an explanation follows («прибор учёта (счётчик)»), or the term is one itself."""
    after = text[end : end + _NEAR].lstrip(" \u00a0")
    if after[:1] in ("(", "—", "–"):
        return True
    before = text[:start].rstrip()
    if before[-1:] == "(":
        return True
    return any(after.lstrip(", ").startswith(one) for one in _EXPLAINS)


def _says(whole: str, term: Term) -> bool:
    """Say whether the plain words stand somewhere in the reply too."""
    wanted = [forms(one) for one in WORD.findall(fold(term.plain)) if len(one) > 3]  # noqa: PLR2004
    if not wanted:
        return False
    here = frozenset().union(*(forms(one) for one in WORD.findall(fold(whole))))
    return all(not here.isdisjoint(one) for one in wanted)


def long_sentences(ground: Ground) -> Iterator[Finding]:
    """Find sentences of more than 25 words. Source: R22."""
    for where, text in _texts(ground):
        for one in sentences(text):
            count = len(words(text[one.start : one.end]))
            if count > LONGEST_SENTENCE:
                yield Finding(
                    check="long_sentence",
                    level=Level.WARN,
                    code="check.long_sentence",
                    where=where,
                    start=one.start,
                    end=one.end,
                    quote=text[one.start : one.end][:_QUOTE],
                    params={"count": str(count)},
                )


def hard_to_read(ground: Ground) -> Iterator[Finding]:
    """Find a reply whose ease of reading is low; short ones say nothing. Source: R22."""
    found = measure(_body(ground))
    if found.flesch is not None and found.flesch < EASIEST_TO_WARN:
        yield Finding(
            check="hard_to_read",
            level=Level.WARN,
            code="check.hard_to_read",
            params={"ease": f"{found.flesch:.0f}"},
        )


def next_step(ground: Ground) -> Iterator[Finding]:
    """Find a reply that says neither what the reader does nor what we shall do. Source: R26."""
    body = _body(ground)
    if body.strip() and not any(_is_step(word) for word in WORD.findall(fold(body))):
        yield Finding(check="next_step_missing", level=Level.WARN, code="check.next_step_missing")


@lru_cache(maxsize=50_000)
def _is_step(word: str) -> bool:
    if forms(word) & _ASKING:
        return True
    best = analyser().parse(word)[0]
    tags = set(best.tag.grammemes)
    return any(wanted <= tags for wanted in _STEP)


def _texts(ground: Ground) -> Iterator[tuple[str, str]]:
    """Give the texts as written, by the name of their place; what is automatic is not looked at."""
    own = {"salutation": ground.content.salutation, "closing": ground.content.closing}
    for name, text in own.items():
        if text.strip():
            yield name, text
    for fragment in ground.content.fragments:
        yield fragment.id, fragment.text


def _body(ground: Ground) -> str:
    return "\n\n".join(piece.plain for piece in ground.reply.pieces[1:-1])
