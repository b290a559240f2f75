"""What can be chosen: one function a vocabulary, under Plone's names where a Plone client asks."""

import base64
from collections.abc import Callable, Mapping

import msgspec

from kb_service.api.schemas.vocabularies import Term
from kb_service.api.serialize import WIRE_TYPES, Serializer
from kb_service.api.services._roles import role_titles
from kb_service.api.services._schema import AUDIENCE_TITLES, AUDIENCES, DEPARTMENTS, FIELDS
from kb_service.api.services._schema import KEYWORDS as KEYWORDS_NAME
from kb_service.api.services._schema import LANGUAGES as LANGUAGES_NAME
from kb_service.api.services.workflow import STATE_TITLES, STEP_TITLES
from kb_service.base.i18n import LANGUAGES
from kb_service.base.work import Work
from kb_service.handbook import queries
from kb_service.handbook.schemas import TYPES
from kb_service.people import queries as people

_LANGUAGE_TITLES = {"ru": "Russian", "en": "English"}


class Chooser(msgspec.Struct, frozen=True):
    """Who chooses, and in which language."""

    work: Work
    serializer: Serializer

    def say(self, source: str) -> str:
        """Give a sentence in the reader's language."""
        return self.serializer.speaker.gettext(source)


def token_of(value: str) -> str:
    """Give what stands for a value on the wire: base64 where it is not ASCII, as Plone does."""
    return value if value.isascii() else base64.b64encode(value.encode()).decode()


def _keywords(chooser: Chooser) -> list[Term]:
    return [Term(token_of(tag), tag) for tag in queries.tags(chooser.work)]


def _types(chooser: Chooser) -> list[Term]:
    title = chooser.serializer.type_title
    return [Term(WIRE_TYPES.get(kind, kind), title(kind)) for kind in TYPES]


def _said(words: Mapping[str, str]) -> Callable[[Chooser], list[Term]]:
    def said(chooser: Chooser) -> list[Term]:
        return [Term(token, chooser.say(title)) for token, title in words.items()]

    return said


def _users(chooser: Chooser) -> list[Term]:
    return [Term(login, name) for login, name in people.colleagues(chooser.work)]


def _departments(chooser: Chooser) -> list[Term]:
    """Give the departments that accounts or items name, or that somebody has described."""
    titles = {name: name for name in queries.owners(chooser.work)}
    titles |= people.department_titles(chooser.work)
    return sorted(
        (Term(token_of(name), title) for name, title in titles.items()),
        key=lambda one: one.title.casefold(),
    )


def _roles(chooser: Chooser) -> list[Term]:
    return [Term(name, title) for name, title in role_titles(chooser.serializer.speaker)]


def _topics(chooser: Chooser) -> list[Term]:
    return [Term(card.path, card.title) for card in queries.topics(chooser.work)]


def _languages(chooser: Chooser) -> list[Term]:
    return [Term(name, chooser.say(_LANGUAGE_TITLES[name])) for name in LANGUAGES]


VOCABULARIES: Mapping[str, Callable[[Chooser], list[Term]]] = {
    KEYWORDS_NAME: _keywords,
    "plone.app.vocabularies.PortalTypes": _types,
    "plone.app.vocabularies.ReallyUserFriendlyTypes": _types,
    "plone.app.vocabularies.UserFriendlyTypes": _types,
    "plone.app.vocabularies.WorkflowStates": _said(STATE_TITLES),
    "plone.app.vocabularies.WorkflowTransitions": _said(STEP_TITLES),
    "plone.app.vocabularies.Users": _users,
    "plone.app.vocabularies.Groups": _departments,
    "plone.app.vocabularies.Roles": _roles,
    LANGUAGES_NAME: _languages,
    "kb.topics": _topics,
    DEPARTMENTS: _departments,
    AUDIENCES: _said({str(value): title for value, title in AUDIENCE_TITLES.items()}),
}


def vocabulary_of_field(name: str) -> str | None:
    """Give the vocabulary from which the values of a field come."""
    words = FIELDS.get(name)
    return words.vocabulary if words is not None and words.vocabulary else None
