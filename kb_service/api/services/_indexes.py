"""Words of the indexes and operations of saved queries, for `@querystring`."""

from collections.abc import Mapping

import msgspec

from kb_service.api.schemas.querying import Operator, QueryIndex
from kb_service.api.services._schema import AUDIENCES, DEPARTMENTS, KEYWORDS
from kb_service.base.i18n import Translator
from kb_service.handbook.rules.conditions import INDEXES, PREFIX, SORTABLE, operations_of


class IndexWords(msgspec.Struct, frozen=True):
    """What a form says of an index, and where its values come from."""

    title: str
    group: str = "Metadata"
    vocabulary: str = ""


INDEX_WORDS: Mapping[str, IndexWords] = {
    "SearchableText": IndexWords("Any word", "Text"),
    "Title": IndexWords("Title of the item", "Text"),
    "Description": IndexWords("Short answer", "Text"),
    "Subject": IndexWords("Keywords", "Text", KEYWORDS),
    "portal_type": IndexWords("Type", vocabulary="plone.app.vocabularies.ReallyUserFriendlyTypes"),
    "review_state": IndexWords("State", vocabulary="plone.app.vocabularies.WorkflowStates"),
    "path": IndexWords("Place"),
    "getId": IndexWords("Name in the address"),
    "Creator": IndexWords("Made by", vocabulary="plone.app.vocabularies.Users"),
    "created": IndexWords("Made on", "Dates"),
    "modified": IndexWords("Changed on", "Dates"),
    "effective": IndexWords("Published on", "Dates"),
    "expires": IndexWords("Hidden on", "Dates"),
    "isFolderish": IndexWords("Items can lie below"),
    "code": IndexWords("Code of the question"),
    "owner": IndexWords("Responsible department", vocabulary=DEPARTMENTS),
    "audience": IndexWords("Who may read", vocabulary=AUDIENCES),
    "review_by": IndexWords("To be checked by", "Dates"),
    "checked": IndexWords("Has been checked"),
    "sortable_title": IndexWords("Title of the item", "Text"),
    "getObjPositionInParent": IndexWords("Place among its neighbours"),
}
# Title and widget of each operation.
OPERATION_WORDS: Mapping[str, tuple[str, str | None]] = {
    "string.is": ("Is", "StringWidget"),
    "string.contains": ("Contains", "StringWidget"),
    "string.currentUser": ("Is you", None),
    "string.absolutePath": ("Lies below the address", "ReferenceWidget"),
    "string.relativePath": ("Lies below, seen from here", "RelativePathWidget"),
    "string.path": ("Lies below the path", "ReferenceWidget"),
    "selection.any": ("Is one of", "MultipleSelectionWidget"),
    "selection.all": ("Has all of", "MultipleSelectionWidget"),
    "selection.none": ("Is none of", "MultipleSelectionWidget"),
    "selection.is": ("Is", "MultipleSelectionWidget"),
    "boolean.isTrue": ("Yes", None),
    "boolean.isFalse": ("No", None),
    "date.lessThan": ("Before the day", "DateWidget"),
    "date.largerThan": ("Since the day", "DateWidget"),
    "date.between": ("Between the days", "DateRangeWidget"),
    "date.today": ("Today", None),
    "date.beforeToday": ("Before today", None),
    "date.afterToday": ("After today", None),
    "date.lessThanRelativeDate": ("Within the next days", "RelativeDateWidget"),
    "date.largerThanRelativeDate": ("Within the last days", "RelativeDateWidget"),
    "date.beforeRelativeDate": ("More than so many days ago", "RelativeDateWidget"),
    "date.afterRelativeDate": ("In more than so many days", "RelativeDateWidget"),
}


def index_of(name: str, speaker: Translator) -> QueryIndex:
    """Give an index as a form shows it; what only orders has no operations."""
    words = INDEX_WORDS[name]
    operations = operations_of(name) if name in INDEXES else []
    return QueryIndex(
        title=speaker.gettext(words.title),
        group=speaker.gettext(words.group),
        sortable=name in SORTABLE,
        enabled=bool(operations),
        operations=operations,
        operators={one: _operator(one, speaker) for one in operations},
        vocabulary=words.vocabulary or None,
    )


def _operator(operation: str, speaker: Translator) -> Operator:
    title, widget = OPERATION_WORDS[operation.removeprefix(PREFIX)]
    return Operator(speaker.gettext(title), "", operation, widget)
