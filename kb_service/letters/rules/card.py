"""The card that a letter proposes: who wrote, which account, the letter's own number and date.

Read from the places of personal data and the words around them; what is unsure stays empty, because
a wrong name in a reply is worse than none. The addressee's name and our own numbers are not theirs.
"""

import re
from collections.abc import Sequence
from datetime import date

from kb_service.letters.schemas import ApplicantKind, Card, Gender
from kb_service.text import names
from kb_service.text.normalise import fold
from kb_service.text.personal_data import DataKind, Span

_NEAR = 40
_MAX_AFTER = 2
_SHORT_YEAR = 2
_ENDED = re.compile(r"[.!?,:\n]\s*$")
_LETTERS = re.compile(r"[а-я]{3,}")
# What stands before a name that is the writer's, and before one that is not.
_FROM = re.compile(r"(?<!\w)от\s+(?:\w+\s+){0,2}$")
_WRITER = re.compile(
    r"(?<!\w)(?:меня зовут|я|мы|с уважением|представитель|заявител\w*|собственник\w*|фио"
    r"|ф\.?\s?и\.?\s?о|абонент\w*|потребител\w*|директор|председатель|руководитель|подпись|ип"
    r"|индивидуальный предприниматель)[\s.,:–—-]*$"
)
_OTHER = re.compile(
    r"(?<!\w)(?:директору|начальнику|руководителю|инженеру|заместителю|главе|уважаем\w+|господину|госпоже"
    r"|г-ну|г-же|сосед\w*|мастер\w*|инспектор\w*|контролер\w*|диспетчер\w*|сотрудни\w+|оператор\w*"
    r"|кассир\w*|муж\w*|жен[аыеу]|прежн\w+|бывш\w+|собственнику|нотариус\w*)[\s.,:–—-]*(?:\w+\s+)?$"
)
_FORMS = (
    r"ООО|ОАО|ЗАО|ПАО|НАО|АО|ТСЖ|ТСН|СНТ|ДНТ|ДНП|ЖСК|ГСК|ГПК|МУП|ГУП|ФГУП|МБОУ|МКОУ|МБДОУ|МКДОУ"
    r"|ГБУЗ|КФХ|Администрация|Управляющая компания"
)
_ORGANISATION = re.compile(
    rf"(?<!\w)(?:{_FORMS})\s+(?:[«\"][^»\"\n]{{2,60}}[»\"]|[А-ЯЁ][\w-]+(?:\s[А-ЯЁ][\w-]+)?)"
)
_ADDRESSEE = re.compile(
    r"(?<!\w)(?:в|во|директору|начальнику|руководителю|вашему|вашей|вашего|ваше|с|из|компании|к|на)\s+$"
)
_SENDER = re.compile(
    r"(?:(?<!\w)(?:от|мы|директор|председатель|представитель|наше|наша|бухгалтер)[\s,:–—-]*|^|\n\s*)$"
)
_GROUP = re.compile(
    r"(?<!\w)(?:мы,? (?:\w+ )?(?:жител|жильц|собственник|садовод|нижеподписавш)\w*"
    r"|от имени (?:всех )?(?:жител|жильц|собственник|садовод)\w*"
    r"|коллективн\w+ (?:обращени|жалоб|письм)\w*|\d+ подпис\w+)"
)
_MONTHS = re.compile(
    "(январ)|(феврал)|(март)|(апрел)|(ма[яй])|(июн)|(июл)|(август)|(сентябр)|(октябр)|(ноябр)|(декабр)"
)
_DATE = (
    r"(?P<day>\d{1,2})(?:\s?[./]\s?(?P<month>\d{1,2})\s?[./]\s?|\s+(?P<name>[а-я]+)\s+)"
    r"(?P<year>(?:20)?\d{2})(?!\d)(?:\s?г(?:ода|\.)?)?"
)
_NUMBER = r"(?:№|n)\s?(?P<number>\d[\w/-]{0,19}|[\w-]{1,6}/[\w/-]{1,14})"
_OWN_NUMBER = re.compile(
    rf"(?P<lead>исх(?:одящ\w+)?\.?[\s:]*|письм\w+\s|(?:^|\n)\s*)"
    rf"(?:{_NUMBER},?\s+от\s+{_DATE}|(?:от\s+)?{_DATE.replace('P<', 'P<b_')},?\s*"
    rf"{_NUMBER.replace('P<', 'P<b_')})"
)
_OURS = re.compile(r"на\s+(?:ваш\w*\s+)?(?:исх\.?\s*|письмо\s*)?$|ваш\w*\s+$")


def proposed(text: str, spans: Sequence[Span]) -> Card:
    """Give the card that a letter fills by itself."""
    kind, organisation = _organisation(text)
    name = _name(text, spans)
    number, written_on = _own_number(text)
    return Card(
        kind=kind,
        name=name,
        gender=Gender(names.parse(name).gender),
        organisation=organisation,
        account=_first(text, spans, DataKind.ACCOUNT),
        address=_first(text, spans, DataKind.ADDRESS),
        number=number,
        written_on=written_on,
    )


def _first(text: str, spans: Sequence[Span], kind: DataKind) -> str:
    return next((_written(text, one) for one in spans if one.kind == kind), "")


def _name(text: str, spans: Sequence[Span]) -> str:
    """Give the writer's name in the nominative: introduced, signed, or the only one there is."""
    folded = fold(text)
    others: list[Span] = []
    for one in (span for span in spans if span.kind == DataKind.NAME):
        before = folded[max(0, one.start - _NEAR) : one.start]
        if _FROM.search(before):
            return names.from_genitive(_written(text, one))
        if _WRITER.search(before):
            return _written(text, one)
        if not _OTHER.search(before):
            others.append(one)
    signed = [one for one in others if _is_at_end(folded, one, spans)]
    chosen = signed or (others if len(others) == 1 else [])
    return _written(text, chosen[0]) if chosen else ""


def _written(text: str, span: Span) -> str:
    return " ".join(text[span.start : span.end].split())


def _is_at_end(text: str, name: Span, spans: Sequence[Span]) -> bool:
    """Say whether a name stands alone, with hardly a word after it but other personal data."""
    if not _ENDED.search(text[max(0, name.start - _NEAR) : name.start]):
        return False
    place, words = name.end, 0
    for one in (*(span for span in spans if span.start >= name.end), Span(len(text), 0, name.kind)):
        words += len(_LETTERS.findall(text, place, one.start))
        place = one.end
    return words <= _MAX_AFTER


def _organisation(text: str) -> tuple[ApplicantKind, str]:
    folded = fold(text)
    if _GROUP.search(folded):
        return ApplicantKind.GROUP, ""
    for found in _ORGANISATION.finditer(text):
        before = folded[max(0, found.start() - _NEAR) : found.start()]
        if not _ADDRESSEE.search(before) and _SENDER.search(before):
            return ApplicantKind.ORGANISATION, " ".join(found[0].split())
    return ApplicantKind.PERSON, ""


def _own_number(text: str) -> tuple[str, date | None]:
    """Give the number and the date that the letter bears itself: «исх. № 15 от 12.05.2026»."""
    folded = fold(text)
    for found in _OWN_NUMBER.finditer(folded):
        if _OURS.search(folded[max(0, found.start() - _NEAR) : found.start()]):
            continue
        prefix = "" if found["number"] else "b_"
        day = _day(*(found[f"{prefix}{part}"] for part in ("day", "month", "name", "year")))
        if day is not None:
            start, end = found.span(f"{prefix}number")
            return text[start:end], day
    return "", None


def _day(day: str, month: str | None, name: str | None, year: str) -> date | None:
    named = _MONTHS.match(name or "")
    number = int(month) if month else (named.lastindex or 0) if named else 0
    try:
        return date(int(year) + (2000 if len(year) == _SHORT_YEAR else 0), number, int(day))
    except ValueError:
        return None
