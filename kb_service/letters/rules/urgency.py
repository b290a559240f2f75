"""What presses though nobody is in danger: the level between «normal» and the danger rules.

Rules are data, read from the first to the last. A rule speaks where one sign of each of its groups
is found within two neighbouring sentences, and none of its calms. Danger itself is the handbook's
(danger.yaml) and comes before these. Source: R10-R12.
"""

import re
from collections.abc import Iterator

import msgspec

from kb_service.letters.schemas import Urgency, UrgencyLevel
from kb_service.text.normalise import fold
from kb_service.text.sentences import sentences


class Pressing(msgspec.Struct, frozen=True, kw_only=True):
    """A rule: its groups of signs (patterns over folded text), what calms it, and why it is one."""

    id: str
    title: str
    groups: tuple[str, ...]
    calms: str = ""
    source: str


_OUTAGE = (
    r"(?:нет|без|не было|нету|отсутству\w+) (?:\w+ )?(?:свет\w*|электричеств\w*"
    r"|электроэнерги\w*|напряжени\w+)"
    r"|свет\w* (?:\w+ )?(?:нет|нету|отсутству\w+)|обесточ\w+|отключ(?:ил\w*|ен\w*)"
    r"|сид(?:им|ят) в темноте"
    r"|электричеств\w+ (?:\w+ )?нет|не (?:включ|восстановил|да)\w+ свет\w*"
)
_FRAIL = (
    r"ребен\w+|дети|детей|детьми|детям|младен\w+|грудничк\w+|новорожденн\w+|инвалид\w*"
    r"|больн(?:ой|ая|ые|ых|ого|ому)"
    r"|лежач\w+|пенсионер\w*|пожил\w+|стар(?:ики|иков|ики|ушк\w+)|бабушк\w+|беременн\w+"
    r"|роддом\w*|больниц\w+"
    r"|лекарств\w*|инсулин\w*|кислород\w*|ингалятор\w*|диализ\w*|онко\w*"
)
_LONG = (
    r"(?:втор\w+|трет\w+|четверт\w+|пят\w+|шест\w+|седьм\w+) (?:день|сутки|суток|неделю|ночь)"
    r"|(?:больше|более|свыше) суток|(?:сутки|сутками)(?! (?:через|спустя))|\d+ (?:суток|дня"
    r"|дней)(?! назад)"
    r"|(?:2[4-9]|[3-9]\d|\d{3}) час\w*|(?:целую )?неделю|несколько (?:дней|суток)"
    r"|(?:два|три|четыре|пять) дня|вторые|третьи"
)
_COLD = (
    r"мороз\w*|холодно|замерза\w+|замерз\w*|мерзн\w+|минус \d+|-\s?\d{1,2}\s?(?:°|град)"
    r"|котел (?:встал|не работает)"
    r"|отоплени\w+ (?:нет|не работает|встал\w*)|без отопления|нечем (?:греться|отапливать)"
    r"|остыва\w+|стужа"
)
_CUT = (
    r"(?:угрожа\w+|предупре\w+|уведом\w+|грозят\w*|собира\w+|хотят|обещают"
    r"|пришл\w+) (?:[\w,]+ ){0,4}?отключ\w+"
    r"|(?:отключат|отключите|обрежут|будет отключен\w*)"
)
_SOON = (
    r"сегодня|завтра|послезавтра|через (?:час\w*|день|два дня|три дня|пару дней)|на днях"
    r"|с утра|к вечеру"
)
_MANY = (
    r"водокачк\w+|водонапорн\w+|насосн\w+ станци\w+|детск\w+ сад\w*|школ[аеу]\w*|больниц\w+"
    r"|котельн\w+|интернат\w*|ферм[аеуы]\w*|светофор\w*|фап\w*"
)
_BEFORE = (
    r"в прошлом (?:году|месяце)|прошлой зимой|прошлым летом|год назад|месяц назад"
    r"|в 20\d\d году"
)
_FIXED = r"(?:включили|восстановили|дали свет|починили|устранили|все работает)"

RULES = (
    Pressing(
        id="outage_frail",
        title="Нет света там, где дети, больные или пожилые",
        groups=(_OUTAGE, _FRAIL),
        calms=rf"{_BEFORE}|{_FIXED}|(?:из-?за|за) (?:долг|неуплат)\w+",
        source="R10, R12",
    ),
    Pressing(
        id="outage_cold",
        title="Нет света в мороз, дом остывает",
        groups=(_OUTAGE, _COLD),
        calms=rf"{_BEFORE}|{_FIXED}",
        source="R10, R12",
    ),
    Pressing(
        id="outage_long",
        title="Света нет дольше суток",
        groups=(_OUTAGE, _LONG),
        calms=rf"{_BEFORE}|{_FIXED}",
        source="R10; Правила 354, приложение 1, п. 9: перерыв не дольше 24 часов",
    ),
    Pressing(
        id="cut_frail",
        title="Отключение грозит дому, где дети, больные или пожилые",
        groups=(_CUT, _FRAIL),
        calms=_BEFORE,
        source="R12; Правила 354, п. 122: жильё остаётся пригодным для жизни",
    ),
    Pressing(
        id="cut_soon",
        title="Отключение назначено на ближайшие дни",
        groups=(_CUT, _SOON),
        calms=_BEFORE,
        source="R10",
    ),
    Pressing(
        id="overvoltage",
        title="Напряжение выше допустимого, приборы могут загореться",
        groups=(
            r"(?:25[4-9]|2[6-9]\d|3\d\d)\s?(?:в|вольт\w*)",
            r"напряжени\w+|вольт\w*|скач\w+",
        ),
        calms=rf"{_BEFORE}|380\s?(?:в|вольт\w*)|трехфазн\w+|три фазы",
        source="R12; ГОСТ 32144-2013, п. 4.2.2: не выше 110 % от 230 В",
    ),
    Pressing(
        id="water_supply",
        title="Без света стоит то, от чего зависят многие",
        groups=(
            _OUTAGE,
            _MANY,
        ),
        calms=rf"{_BEFORE}|{_FIXED}|около|возле|рядом со?",
        source="R10, R12",
    ),
)
_COMPILED = tuple(
    (
        rule,
        tuple(re.compile(rf"(?<!\w)(?:{group})(?!\w)") for group in rule.groups),
        re.compile(rf"(?<!\w)(?:{rule.calms})") if rule.calms else None,
    )
    for rule in RULES
)


def pressing(text: str) -> Urgency:
    """Give the first rule that speaks, with the words that it saw; else the normal urgency."""
    folded = fold(text)
    windows = list(_windows(text))
    for rule, groups, calms in _COMPILED:
        for start, end in windows:
            found = [group.search(folded, start, end) for group in groups]
            places = [one.span() for one in found if one is not None]
            is_calm = calms is not None and calms.search(folded, start, end)
            if len(places) == len(groups) and not is_calm:
                matched = [text[left:right] for left, right in places]
                return Urgency(
                    level=UrgencyLevel.HIGH, rule=rule.id, title=rule.title, matched=matched
                )
    return Urgency()


def _windows(text: str) -> Iterator[tuple[int, int]]:
    """Give each sentence together with the next."""
    cut = sentences(text)
    for number, sentence in enumerate(cut):
        following = cut[min(number + 1, len(cut) - 1)]
        yield sentence.start, following.end
