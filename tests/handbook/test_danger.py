"""Danger: which messages are about life and health, which only sound so, and how rules are read."""

import random
import re
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from kb_service.base.errors import KbError
from kb_service.handbook import sheets
from kb_service.handbook.rules.danger import DangerRules, judge, read_rules
from kb_service.handbook.schemas import DangerRule

ROOT = Path(__file__).parents[2]
TEXTS = yaml.safe_load((ROOT / "tests/data/danger_sentences.yaml").read_text(encoding="utf-8"))
DANGEROUS, HARMLESS = TEXTS["dangerous"], TEXTS["harmless"]
KNOWN_DANGER = [*DANGEROUS["before"], *DANGEROUS["after"]]
KNOWN_CALM = [*HARMLESS["before"], *HARMLESS["after"]]
RULES = read_rules(sheets.default_text("danger"))

SMALL = """
groups:
  wire: [провод, каб*]
  fell: [упасть, лежать, оборвать/PRTS]
  light: ["нет .. свет/gent"]
  sparks: [искрить]
negation: {before: [не], unless: [чуть], around: [нет], any: [отсутствовать]}
traps: [искрить .. юмор, =упал курс]
calms:
  past: {words: [год назад], within: 8}
  lesson: {words: [памятка], within: 8, strong: true, not_with: [light]}
rules:
  - id: down
    title: Не подходите
    steps: [Отойдите]
    traps: [телефонный провод]
    signs: [{near: [wire, fell], within: 3}]
    calmed_by: [past, lesson]
  - {id: sparks, title: Искрит, steps: [Отойдите], signs: [{near: [sparks]}], calmed_by: [past]}
"""


def alarm(text: str, rules: DangerRules = RULES) -> str:
    found = judge(text, rules)
    return found.rule.id if found else ""


@pytest.mark.parametrize("text", KNOWN_DANGER)
def test_a_dangerous_message_raises_an_alarm(text: str) -> None:
    assert alarm(text)


@pytest.mark.parametrize("text", [one for one in KNOWN_CALM if one not in HARMLESS["false_alarms"]])
def test_a_message_that_only_sounds_so_does_not(text: str) -> None:
    assert alarm(text) == ""


def test_the_tables_are_as_large_as_they_say() -> None:
    assert len(set(KNOWN_DANGER)) == 60
    assert len(set(KNOWN_CALM)) == 80


def test_none_of_the_further_sentences_is_judged_wrongly() -> None:
    assert [text for text in DANGEROUS["more"] if not alarm(text)] == []
    assert [text for text in HARMLESS["more"] if alarm(text)] == []


@pytest.mark.xfail(strict=True, reason="known to be missed; a rule would cost more than it helps")
@pytest.mark.parametrize("text", DANGEROUS["missed"])
def test_what_is_still_missed(text: str) -> None:
    assert alarm(text)


@pytest.mark.xfail(strict=True, reason="known false alarms")
@pytest.mark.parametrize("text", HARMLESS["false_alarms"])
def test_what_is_still_a_false_alarm(text: str) -> None:
    assert alarm(text) == ""


@pytest.mark.parametrize(
    ("text", "rule"),
    [
        ("ребёнка ударило током", "shock"),
        ("света нет, мама на ИВЛ", "life_support"),
        ("провод лежит на земле и искрит", "wire_down"),
        ("горит щит", "fire"),
        ("искрит розетка", "sparks"),
        ("столб рухнул", "pole"),
        ("опора накренилась", "pole_leans"),
        ("подстанция открыта", "open_equipment"),
        ("дети залезли на подстанцию", "people_near"),
        ("вода течёт в щиток", "water"),
        ("замерзаем, нет света, грудной ребёнок", "cold"),
        ("пахнет газом", "gas"),
        ("страшно подходить к щитку", "hazard"),
    ],
)
def test_each_danger_has_its_own_instruction(text: str, rule: str) -> None:
    assert alarm(text) == rule


# --- the way people write


@pytest.mark.parametrize("change", [str.upper, str.title, lambda text: text.replace("ё", "е")])
def test_case_and_yo_do_not_matter(change: Callable[[str], str]) -> None:
    assert [text for text in KNOWN_DANGER if not alarm(change(text))] == []


def test_missing_punctuation_does_not_matter() -> None:
    bare = [re.sub(r"[^\w\s]", " ", text) for text in KNOWN_DANGER]
    assert [text for text in bare if not alarm(text)] == []
    quiet = [re.sub(r"[^\w\s]", " ", text) for text in HARMLESS["before"]]
    assert [text for text in quiet if alarm(text)] == []


@pytest.mark.parametrize(
    "around", ["нет интернета {}", "{} нет интернета", "погас свет {}", "{} телефон не отвечает"]
)
def test_a_harmless_clause_beside_it_hides_no_danger(around: str) -> None:
    texts = [re.sub(r"[^\w\s]", " ", text).lower() for text in KNOWN_DANGER]
    assert [text for text in texts if not alarm(around.format(text))] == []


@pytest.mark.parametrize(
    "text",
    [
        "обарвался кабель",
        "оборваный правод лежит",
        "искрет щиток",
        "трансфарматор дымится",
        "запхло гарью",
    ],
)
def test_one_typing_error_in_a_key_word_does_not_matter(text: str) -> None:
    assert alarm(text)


def test_typing_errors_hide_few_dangers() -> None:
    chance = random.Random(3)
    spoiled = [_with_error(text, chance) for text in KNOWN_DANGER]
    assert sum(not alarm(text) for text in spoiled) <= 0.05 * len(spoiled)


def _with_error(text: str, chance: random.Random) -> str:
    words = text.split()
    long = [place for place, word in enumerate(words) if len(word) > 5 and word.isalpha()]
    place = chance.choice(long)
    cut = chance.randrange(1, len(words[place]) - 1)
    words[place] = words[place][:cut] + words[place][cut + 1 :]
    return " ".join(words)


@pytest.mark.parametrize("number", range(5))
def test_a_danger_in_the_middle_of_a_letter_is_found(number: int) -> None:
    chance = random.Random(number)
    quiet = ["Прошу пересчитать октябрь", "Показания переданы вовремя", "Жду ответа письмом"]
    letters = []
    for text in KNOWN_DANGER:
        first, second, third = chance.sample(quiet, 3)
        letters.append(f"{first}. {text}. {second}. {third}.")
    assert [text for text in letters if not alarm(text)] == []


@pytest.mark.parametrize("text", ["", "\x00", "?!", "😀", "%\\:AND()", "не", "нет нет", "1" * 4000])
def test_any_text_is_ordinary_input(text: str) -> None:
    assert alarm(text) == ""


@given(
    st.lists(st.sampled_from([*" .,!?\n😀\x00", "не ", "нет ", "провод ", "упал ", "год назад "]))
)
def test_no_text_breaks_the_judgement(pieces: list[str]) -> None:
    found = judge("".join(pieces), RULES)
    assert found is None or all(word in "".join(pieces) for word in found.matched)


# --- how a sheet is read


@pytest.mark.parametrize(
    ("text", "rule"),
    [
        ("упал провод", "down"),
        ("кабели лежат", "down"),
        ("провод оборван", "down"),
        ("провод не упал", ""),
        ("провод чуть не упал", "down"),
        ("нет провода, он упал", ""),
        ("упал дом, а дальше ещё и провод", ""),
        ("провод. Упал", ""),
        ("телефонный провод упал", ""),
        ("искрит юмором", ""),
        ("искрит весёлым юмором", ""),
        ("упал курс и провод", ""),
        ("упал провод год назад", ""),
        ("провод лежит год", "down"),
        ("год назад. Упал провод", "down"),
        ("памятка: провод лежит", ""),
        ("памятка: нет света, провод лежит", "down"),
        ("искрит год назад", "sparks"),
        ("искрило год назад", ""),
        ("упал праврд", ""),
        ("упал правод", "down"),
        ("упал повод", ""),
    ],
)
def test_the_language_of_a_sheet(text: str, rule: str) -> None:
    assert alarm(text, read_rules(SMALL)) == rule


def test_the_words_are_given_as_typed() -> None:
    found = judge("Ой! УПАЛ старый Провод", RULES)
    assert found is not None
    assert found.matched == ("УПАЛ", "Провод")


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("groups: [", "danger.unreadable"),
        ("groups: {}", "danger.unreadable"),
        ("groups: {}\nrules: []\nword: 1", "danger.unreadable"),
        (SMALL.replace("near: [sparks]", "near: [smoke]"), "danger.group_unknown"),
        (SMALL.replace("каб*", "'@cable'"), "danger.group_unknown"),
        (SMALL.replace("каб*", "'@wire'"), "danger.group_unknown"),
        (SMALL.replace("not_with: [light]", "not_with: [dark]"), "danger.group_unknown"),
        (SMALL.replace("calmed_by: [past]", "calmed_by: [late]"), "danger.calm_unknown"),
        (SMALL.replace("id: sparks", "id: down"), "danger.rule_twice"),
        (SMALL.replace("каб*", "к*"), "danger.word_wrong"),
        (SMALL.replace("каб*", "кабель/past"), "danger.word_wrong"),
        (SMALL.replace("каб*", "кабель .."), "danger.word_wrong"),
        (SMALL.replace("каб*", "'каб?ель'"), "danger.word_wrong"),
    ],
)
def test_a_wrong_sheet_is_refused(text: str, code: str) -> None:
    with pytest.raises(KbError) as refused:
        read_rules(text)
    assert refused.value.code == code


def test_an_empty_sheet_has_no_dangers() -> None:
    assert alarm("упал провод", read_rules("")) == ""


# --- the packaged sheet


@pytest.mark.parametrize("rule", RULES.sheet.rules, ids=lambda rule: rule.id)
def test_each_rule_says_what_to_do_and_leads_somewhere(rule: DangerRule) -> None:
    assert rule.title
    assert len(rule.steps) == 3
    assert all(step.endswith(".") and len(step) <= 160 for step in rule.steps)
    assert all((ROOT / f"content{path}.md").is_file() for path in rule.paths)
    assert len(rule.codes) == len(rule.paths)


def test_ordinary_questions_of_the_handbook_raise_no_alarm() -> None:
    questions = []
    for file in sorted((ROOT / "content").glob("*/*.md")):
        front = yaml.safe_load(file.read_text(encoding="utf-8").split("\n---")[0][4:])
        if file.parent.name not in {"safety", "outage", "quality", "restriction"}:
            questions += [front["title"], *front.get("wordings", [])]
    alarms = [text for text in questions if alarm(text)]
    assert len(alarms) <= 0.01 * len(questions)


def test_judging_is_fast() -> None:
    long = " ".join(HARMLESS["before"])
    slow = 10 if sys.gettrace() else 1  # measured for coverage, everything is slower
    assert _best_ms(long[:300], rounds=20) < 1 * slow
    assert _best_ms((long * 3)[:4000], rounds=5) < 10 * slow


def _best_ms(text: str, rounds: int) -> float:
    times = []
    for _ in range(rounds):
        start = time.perf_counter()
        judge(text, RULES)
        times.append((time.perf_counter() - start) * 1000)
    return min(times)
