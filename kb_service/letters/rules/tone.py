"""How a letter sounds: whether it is negative and so may be a complaint. Source: R9.

A word that only looks angry is none: «как подать жалобу», «претензий нет», «спасибо, не жалуюсь».
What is proposed here a person decides.
"""

import re

from kb_service.letters.schemas import Tone
from kb_service.text.normalise import fold

_ENOUGH = 2
_MAX_SHOWN = 8
# Beginnings of folded words: what alone is enough, and what needs company.
_STRONG = re.compile(
    r"(?<!\w)(?:возмущ\w+|возмутительн\w+|безобрази\w+|издева\w+|хам(?:ств\w+|ит|ят|ила|ил|ишь)\w*"
    r"|нахам\w+|грубост\w+|нагруб\w+|грубит\w*|оскорб\w+|мошенни\w+|беспредел\w*|произвол\w*"
    r"|наглост\w+"
    r"|наплеват\w+|плевать|отписк\w+|жалуюсь|жалуемся|пожаловаться|терпение (?:\w+ )?лопнул\w*"
    r"|сколько можно|доколе|до каких пор|совест[ьи]\w*|позор\w*|обманыва\w+|вранье|врете|врут"
    r"|грабеж\w*"
    r"|обдирал\w*|вымога\w+|бездействи\w+|халатн\w+|безответственн\w+|отвратительн\w+|недоволен"
    r"|недовольн\w+|разочарован\w*|кошмар\w*)(?!\w)"
)
_WEAK = re.compile(
    r"(?<!\w)(?:жалоб[ауы]|претензи[яюи]|требую|требуем|незаконн\w+|прокуратур\w+"
    r"|роспотребнадзор\w*|суд(?:е|ом)?"
    r"|надоел\w*|достали|ужас\w*|плох\w+|игнорир\w+|не отвеча\w+|не реагир\w+|никто не \w+"
    r"|никому не"
    r"|отказал\w*|отказыва\w+|угрожа\w+|обман\w*|волокит\w+|бардак\w*|опять|снова|третий раз"
    r"|второй раз"
    r"|в очередной раз|месяц подряд|до сих пор|бесполезно|невозможно дозвониться)(?!\w)"
)
# Words of the two above that are said without anger.
_CALM = re.compile(
    r"(?:как|куда|где|можно ли|форм\w+|образец|способ\w*|порядок) (?:\w+ ){0,3}?(?:жалоб\w+"
    r"|претензи\w+)"
    r"|(?:не|без|нет|никаких) (?:\w+ )?(?:жалоб\w*|жалуюсь|жалуемся|претензи\w*|возмуща\w+)"
    r"|претензий нет|жалоб нет|(?:чтобы|если) не плох\w+|неплох\w+|опять спасибо|снова спасибо"
    r"|ужасно (?:рад|благодар)\w*"
)
_THANKS = re.compile(r"(?<!\w)(?:спасибо|благодар\w+|довольны?|выручил\w*)(?!\w)")
_LOUD = re.compile(r"!{2,}|\?!|!\?")
_SHOUTED = re.compile(r"(?<!\w)[А-ЯЁ]{4,}(?:[\s,]+[А-ЯЁ]{3,}){2,}(?!\w)")


def tone(text: str) -> Tone:
    """Say whether a letter sounds negative, and by which of its words.

    >>> tone("Возмутительно! Третий месяц без ответа.").is_negative
    True
    """
    folded = _CALM.sub(lambda calm: " " * len(calm[0]), fold(text))
    strong = list(_STRONG.finditer(folded))
    weak = list(_WEAK.finditer(folded))
    signs = 2 * len({one[0] for one in strong}) + len({one[0] for one in weak})
    signs += bool(_LOUD.search(text)) + bool(_SHOUTED.search(text))
    signs -= len(_THANKS.findall(folded))
    places = sorted(one.span() for one in (*strong, *weak))
    matched = list(dict.fromkeys(text[start:end] for start, end in places))
    if signs < _ENOUGH:
        return Tone()
    return Tone(is_negative=True, matched=matched[:_MAX_SHOWN])
