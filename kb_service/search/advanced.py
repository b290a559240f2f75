"""The syntax of Whoosh for those who want it: fields, phrases, AND OR NOT, ranges, stars.

For staff alone, and asked for by name; what anybody types elsewhere is never read so. A mistake
that would silently mean something else is refused with its place; whatever else somebody types is
read as well as it can be. It runs over the durable index, so it knows fields that ranking does not.
"""

import re
from collections.abc import Iterator, Mapping
from typing import Any

from whoosh import index as whoosh_index
from whoosh import query
from whoosh.collectors import TimeLimitCollector
from whoosh.qparser import MultifieldParser
from whoosh.searching import TimeLimit

from kb_service.base.errors import FieldError, KbError, invalid
from kb_service.search.documents import schema
from kb_service.search.state import IndexFolder
from kb_service.search.vocabulary import Vocabulary
from kb_service.text.normalise import WORD

FIELD = "SearchableText"
MAX_LETTERS = 500
MAX_WORDS = 20
_MAX_SECONDS = 2.0
_TRIES = 3
_DEFAULT = ("title", "wordings", "description", "answer")
_QUOTED = re.compile(r'"[^"]*"')
_NAMED = re.compile(r"(?<!\w)(\w+):(?=\S)")
_LEADING = re.compile(r"(?:^|[\s(:])([*?])(?=\w)")
_INDEXED = {name: kind for name, kind in schema().items() if kind.indexed}


def found(index: IndexFolder, vocabulary: Vocabulary, text: str) -> Mapping[str, float]:
    """Give the items that a query in Whoosh's syntax finds, with their scores.

    Raises: query.unclosed, query.field_unknown, query.leading_star, query.too_long,
    query.no_phrases, query.unreadable, query.too_heavy.
    """
    parsed = read(text, vocabulary)
    for _ in range(_TRIES):
        state = index.state()
        if state is None:
            break
        try:
            return _run(index.folder / state.folder, parsed)
        except TimeLimit as error:
            raise _refused("query.too_heavy") from error
        except query.QueryError as error:
            raise _refused("query.unreadable") from error
        except OSError:
            # The writer has put something else in its place: look again.
            continue
    return {}


def read(text: str, vocabulary: Vocabulary) -> Any:
    """Read a query. Raises: the codes of `found` but for query.too_heavy."""
    for mistake in _mistakes(text):
        raise mistake
    try:
        parsed = MultifieldParser(list(_DEFAULT), schema()).parse(text)
        phrases = [leaf.fieldname for leaf in parsed.leaves() if isinstance(leaf, query.Phrase)]
        widened = _widened(parsed, vocabulary)
    except Exception as error:
        # Whatever the parser stumbles over is the text's, not a defect to be told of.
        raise _refused("query.unreadable") from error
    for name in phrases:
        if not _INDEXED[name].format or not _INDEXED[name].format.supports("positions"):
            raise _refused("query.no_phrases", name=name)
    return widened


def _mistakes(text: str) -> Iterator[KbError]:
    """Give the mistakes of a query that the parser would pass over, each with its place."""
    if len(text) > MAX_LETTERS or len(WORD.findall(text)) > MAX_WORDS:
        yield _refused("query.too_long", letters=MAX_LETTERS, words=MAX_WORDS)
    bare = _QUOTED.sub(lambda quoted: "_" * len(quoted[0]), text)
    if '"' in bare:
        yield _refused("query.unclosed", place=bare.index('"') + 1)
    is_closed = _unmatched_bracket(bare)
    if is_closed is not None:
        yield _refused("query.unclosed", place=is_closed + 1)
    for named in _NAMED.finditer(bare):
        if named[1] not in _INDEXED:
            yield _refused(
                "query.field_unknown",
                place=named.start() + 1,
                name=named[1],
                allowed=sorted(_INDEXED),
            )
    for star in _LEADING.finditer(bare):
        yield _refused("query.leading_star", place=star.start(1) + 1)


def _unmatched_bracket(text: str) -> int | None:
    open_at: list[int] = []
    for place, letter in enumerate(text):
        if letter == "(":
            open_at.append(place)
        elif letter == ")":
            if not open_at:
                return place
            open_at.pop()
    return open_at[-1] if open_at else None


def _widened(parsed: Any, vocabulary: Vocabulary) -> Any:
    """Let the beginning of a word stand for every word with a form that begins so."""
    if not isinstance(parsed, query.Prefix):
        return parsed.apply(lambda inner: _widened(inner, vocabulary))
    if parsed.fieldname not in _INDEXED or _INDEXED[parsed.fieldname].analyzer is None:
        return parsed
    terms = [query.Term(parsed.fieldname, term) for term in vocabulary.beginning(str(parsed.text))]
    return query.Or([parsed, *terms]) if terms else parsed


def _run(folder: Any, parsed: Any) -> Mapping[str, float]:
    opened = whoosh_index.open_dir(str(folder))
    try:
        with opened.searcher() as searcher:
            collector = searcher.collector(limit=None)
            timed = TimeLimitCollector(collector, timelimit=_MAX_SECONDS)
            searcher.search_with_collector(parsed, timed)
            results = timed.results()
            return {hit["uid"]: float(hit.score) for hit in results}
    finally:
        opened.close()


def _refused(code: str, **params: Any) -> KbError:
    return invalid(code, FieldError(FIELD, code, params), **params)
