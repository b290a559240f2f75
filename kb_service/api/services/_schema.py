"""Fields of a type as JSON schema, made from its struct: what a client needs to make a form.

The kind of a field follows from the struct; its words, its place in the form and where its values
come from stand in one table here. Members have their names on the wire.
"""

from collections.abc import Callable, Mapping
from typing import Any

import msgspec
from msgspec import inspect

from kb_service.api.incoming import OUR_NAMES
from kb_service.api.schemas.types import Fieldset, TypeSchema
from kb_service.base.i18n import Translator
from kb_service.handbook.schemas import TYPES, Audience, File, Image

KEYWORDS = "plone.app.vocabularies.Keywords"
LANGUAGES = "plone.app.vocabularies.SupportedContentLanguages"
CATALOG = "plone.app.vocabularies.Catalog"
DEPARTMENTS = "kb.departments"
AUDIENCES = "kb.audiences"
AUDIENCE_TITLES = {Audience.PUBLIC: "Everybody", Audience.STAFF: "Staff only"}
_DUBLIN = "plone.dublincore"


class Words(msgspec.Struct, frozen=True):
    """What a form says of a field, whose it is in Plone, and where its values come from."""

    title: str
    description: str = ""
    behavior: str = "kb.answer"
    vocabulary: str = ""


FIELDS: Mapping[str, Words] = {
    "title": Words("Title of the item", behavior=_DUBLIN),
    "description": Words("Short answer", "One to three sentences that answer at once.", _DUBLIN),
    "code": Words("Code of the question", "Short and unique, such as M01."),
    "wordings": Words("Other wordings", "How else people ask, one a line."),
    "text": Words("Body", "Markdown; parts for staff and for letters in fences.", "plone.richtext"),
    "file": Words("Binary file", behavior="plone.namedfile"),
    "image": Words("Binary picture", behavior="plone.namedimage"),
    "regulation_version": Words("Version of the regulation", "A new one asks staff anew."),
    "in_force_from": Words("In force from"),
    "acknowledgement_required": Words("Staff must say that they have read it"),
    "area": Words("Where it holds", "Streets, districts, a substation."),
    "starts": Words("Shown from", "Stands above every page from then on."),
    "ends": Words("Over at", "Nobody else sees it afterwards."),
    "checked": Words("Checked on", "When the text was last compared with its sources."),
    "valid_from": Words("Legally valid from"),
    "valid_to": Words("Legally valid until"),
    "review_by": Words("To be checked by"),
    "owner": Words("Responsible department", vocabulary=DEPARTMENTS),
    "sources": Words("Sources of the answer", "Acts and official pages."),
    "actions": Words("Buttons under the answer"),
    "subjects": Words("Keywords", "", _DUBLIN, KEYWORDS),
    "language": Words("Language of the text", "", _DUBLIN, LANGUAGES),
    "relatedItems": Words("Related items", "", "plone.relateditems", CATALOG),
    "audience": Words("Who may read", vocabulary=AUDIENCES),
    "effective": Words("To be published at", "Nobody else sees it before.", _DUBLIN),
    "expires": Words("To be hidden at", "Nobody else sees it afterwards.", _DUBLIN),
    "id": Words("Name in the address", "", "plone.shortname"),
    "order": Words("Place among its neighbours", "The smallest number comes first."),
    "changeNote": Words("What was changed", "Stands in the history.", "plone.versioning"),
}
FIELDSETS: Mapping[str, tuple[str, tuple[str, ...]]] = {
    "default": (
        "The answer",
        (
            *("title", "description", "code", "wordings", "area", "starts", "ends"),
            *("regulation_version", "in_force_from", "acknowledgement_required"),
            *("text", "file", "image"),
        ),
    ),
    "validity": (
        "Validity and sources",
        ("checked", "valid_from", "valid_to", "review_by", "owner", "sources", "actions"),
    ),
    "categorization": (
        "Categorization",
        ("subjects", "language", "relatedItems", "audience"),
    ),
    "dates": ("Dates of publication", ("effective", "expires")),
    "settings": ("Place and note", ("id", "order", "changeNote")),
}
# What the service itself finds out about a binary.
_FOUND_OUT = frozenset(Image.__struct_fields__) - frozenset(TYPES["Page"].__struct_fields__)
_WIRE = {ours: wire for wire, ours in OUR_NAMES.items()}
_LINE = {"type": "string", "factory": "Text line (String)"}
_SIMPLE: Mapping[type[inspect.Type], Mapping[str, Any]] = {
    inspect.BoolType: {"type": "boolean", "factory": "Yes/No"},
    inspect.FloatType: {"type": "number", "factory": "Floating-point number"},
}
_SHAPES: Mapping[str, Mapping[str, Any]] = {
    "description": {"type": "string", "factory": "Text", "widget": "textarea"},
    "text": {"type": "string", "factory": "Rich Text", "widget": "richtext"},
    "file": {"type": "object", "factory": "File", "properties": {}},
    "image": {"type": "object", "factory": "Image", "properties": {}},
    "id": _LINE,
    "changeNote": _LINE,
}
Address = Callable[[str], str]


def schema_of(kind: str, title: str, speaker: Translator, vocabulary: Address) -> TypeSchema:
    """Give the schema of a type of ours; `vocabulary` makes the address of a vocabulary."""
    shapes = shapes_of(kind)
    fieldsets = [
        Fieldset(name, speaker.gettext(words), "", [one for one in members if one in shapes])
        for name, (words, members) in FIELDSETS.items()
    ]
    return TypeSchema(
        title=title,
        type="object",
        properties={
            name: _property(name, shapes[name], speaker, vocabulary)
            for fieldset in fieldsets
            for name in fieldset.fields
        },
        required=["title"],
        fieldsets=fieldsets,
        layouts=["view"],
    )


def shapes_of(kind: str) -> dict[str, dict[str, Any]]:
    """Give the members of a type by their names on the wire, each with its kind."""
    struct = TYPES[kind]
    found: dict[str, dict[str, Any]] = {}
    for one in msgspec.structs.fields(struct):
        if one.name in _FOUND_OUT:
            continue
        found[_WIRE.get(one.name, one.name)] = _shape(inspect.type_info(one.type))
    if issubclass(struct, File):
        found["image" if struct is Image else "file"] = {}
    found |= {"text": {}, "id": {}, "changeNote": {}}
    return {name: {**shape, **_SHAPES.get(name, {})} for name, shape in found.items()}


def _property(
    name: str, shape: Mapping[str, Any], speaker: Translator, vocabulary: Address
) -> dict[str, Any]:
    words = FIELDS[name]
    given = {
        "title": speaker.gettext(words.title),
        "description": speaker.gettext(words.description) if words.description else "",
        "behavior": words.behavior,
        **shape,
    }
    if name == "relatedItems":
        given["factory"] = "Relation List"
    if "enum" in shape:
        named = [speaker.gettext(AUDIENCE_TITLES[Audience(value)]) for value in shape["enum"]]
        given["enumNames"] = named
        given["choices"] = [list(pair) for pair in zip(shape["enum"], named, strict=True)]
    if words.vocabulary:
        link = {"@id": vocabulary(words.vocabulary)}
        if shape["type"] == "array":
            given["widgetOptions"] = {"vocabulary": link}
        else:
            given |= {"factory": "Choice", "vocabulary": link}
    return given


def _shape(kind: inspect.Type) -> dict[str, Any]:
    """Give the JSON schema of a member's kind, with Plone's names of kinds and widgets."""
    if isinstance(kind, inspect.UnionType):
        # «none» and «not checked» are the absence of a value, not kinds of their own.
        kind = next(
            one for one in kind.types if not isinstance(one, inspect.NoneType | inspect.LiteralType)
        )
    if isinstance(kind, inspect.ListType):
        return _array(kind.item_type)
    if isinstance(kind, inspect.EnumType):
        return {"type": "string", "factory": "Choice", "enum": [str(one) for one in kind.cls]}
    if isinstance(kind, inspect.DateTimeType):
        return {"type": "string", "factory": "Date/Time", "widget": "datetime"}
    if isinstance(kind, inspect.DateType):
        return {"type": "string", "factory": "Date", "widget": "date"}
    simple = next((shape for one, shape in _SIMPLE.items() if isinstance(kind, one)), _LINE)
    return dict(simple)


def _array(kind: inspect.Type) -> dict[str, Any]:
    item: dict[str, Any] = {"title": "", "description": "", **_LINE}
    is_struct = isinstance(kind, inspect.StructType)
    if isinstance(kind, inspect.StructType):
        item = {
            "type": "object",
            "properties": {one.encode_name: {"type": "string"} for one in kind.fields},
            "required": [one.encode_name for one in kind.fields if one.required],
        }
    return {
        "type": "array",
        "factory": "List" if is_struct else "Tuple",
        "items": item,
        "additionalItems": True,
        "uniqueItems": not is_struct,
    }
