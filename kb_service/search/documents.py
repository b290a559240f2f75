"""An entry as a document of Whoosh: its one schema, and which field holds what."""

from typing import Any

import msgspec
from whoosh import fields as whoosh_fields

from kb_service.handbook.schemas import IndexEntry
from kb_service.search.analysis import LemmaAnalyzer


def schema() -> Any:
    """Give the one Whoosh schema: texts by what they are, and what the advanced syntax filters."""
    analyzer = LemmaAnalyzer()
    texts = ("title", "wordings", "description", "answer")
    # Nobody looks for phrases in these, and the places of words would double their cost.
    notes = ("staff", "letter", "grounds")
    exact = ("path", "type", "code", "topic", "state", "language")
    return whoosh_fields.Schema(
        uid=whoosh_fields.ID(unique=True, stored=True),
        entry=whoosh_fields.STORED,
        tags=whoosh_fields.KEYWORD(commas=True, lowercase=True),
        public=whoosh_fields.BOOLEAN,
        checked=whoosh_fields.BOOLEAN,
        modified=whoosh_fields.ID,
        review=whoosh_fields.ID,
        **{name: whoosh_fields.TEXT(analyzer) for name in texts},
        **{name: whoosh_fields.TEXT(analyzer, phrase=False) for name in notes},
        **dict.fromkeys(exact, whoosh_fields.ID),
    )


def document_of(entry: IndexEntry) -> dict[str, Any]:
    """Give an entry as Whoosh takes it."""
    return {
        "uid": entry.uid,
        "entry": stored_form(entry),
        "path": entry.path,
        "type": entry.type,
        "code": entry.code,
        "topic": entry.topic,
        "state": entry.state,
        "language": entry.language,
        "tags": ",".join(entry.tags),
        "public": entry.public,
        "checked": entry.checked,
        "modified": entry.modified.date().isoformat(),
        "review": entry.review_by.isoformat() if entry.review_by else None,
        "title": entry.title,
        "wordings": "\n".join(entry.wordings),
        "description": entry.description,
        "answer": entry.answer,
        "staff": entry.staff,
        "letter": entry.letter,
        "grounds": entry.grounds,
    }


def stored_form(entry: IndexEntry) -> bytes:
    """Give an entry as it is kept whole; equal entries are equal bytes."""
    return msgspec.json.encode(msgspec.structs.replace(entry, seq=0))
