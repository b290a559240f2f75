"""What presses without being a danger, and what only sounds so. Letters of our own."""

import pytest

from kb_service.letters.rules.urgency import RULES, pressing
from kb_service.letters.schemas import UrgencyLevel

PRESSING = [
    ("outage_frail", "Света нет с утра, дома двое маленьких детей."),
    ("outage_frail", "Сидим без света, у мамы инсулин в холодильнике."),
    ("outage_frail", "Отключили электричество. В доме лежачий больной."),
    ("outage_cold", "Нет электричества, на улице мороз, котёл встал."),
    ("outage_cold", "Третий час без света. Дом остывает, нечем греться."),
    ("outage_long", "Вторые сутки нет света в посёлке."),
    ("outage_long", "Света нет уже 29 часов."),
    ("outage_long", "Сидим без электричества больше суток, никто не едет."),
    ("cut_frail", "Пришло уведомление, что нас отключат, а у меня грудной ребёнок и инвалид."),
    ("cut_soon", "Мне позвонили и сказали, что завтра отключат свет за чужой долг."),
    ("overvoltage", "Напряжение в розетке 268 В, лампы лопаются."),
    ("water_supply", "Обесточена водокачка, деревня без воды."),
]
CALM = [
    "Прошу пересчитать плату за октябрь.",
    "Прошлой зимой свет отключали, было холодно, дети болели.",
    "Свет включили, детям тепло, спасибо.",
    "У меня трое детей, положены ли льготы?",
    "В мороз счётчик на улице гаснет.",
    "Пенсионер. Прошу выдать справку.",
    "Хочу три фазы 380 В, напряжение какое будет?",
    "Напряжение 175 В, насос не качает.",
    "Ответ обещали через 30 дней.",
    "За какой долг отключают?",
    "Завтра приду в офис за договором.",
    "В школу провели электричество, красота.",
    "Как узнать о плановых отключениях заранее?",
]


@pytest.mark.parametrize(("rule", "text"), PRESSING, ids=[text[:40] for _, text in PRESSING])
def test_what_presses_is_high_with_its_words(rule: str, text: str) -> None:
    found = pressing(text)
    assert (found.level, found.rule) == (UrgencyLevel.HIGH, rule)
    assert found.title
    assert all(word in text for word in found.matched)
    assert len(found.matched) > 1


@pytest.mark.parametrize("text", CALM)
def test_what_only_sounds_so_is_normal(text: str) -> None:
    assert pressing(text).level == UrgencyLevel.NORMAL


def test_signs_far_apart_have_nothing_to_do_with_each_other() -> None:
    between = "Счётчик исправен. Плачу вовремя. Живу давно. "
    assert pressing(f"Света нет. {between}Дети учатся.").level == UrgencyLevel.NORMAL


def test_every_rule_says_why_and_speaks_in_a_test() -> None:
    assert {rule.id for rule in RULES} == {rule for rule, _ in PRESSING}
    assert all(rule.source.startswith("R1") for rule in RULES)
