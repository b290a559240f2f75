"""The shipped handbook: ninety documents that a company could publish.

Source: voice.md; R21, R22, R41.
"""

import json
import re
from collections import defaultdict
from datetime import date
from pathlib import Path

import pytest

from kb_service.handbook import codec, parts, sheets
from kb_service.handbook.plain import plain
from kb_service.handbook.render import Context, check, expand
from kb_service.handbook.schemas import Document, Page, StandardQuestion, Topic
from kb_service.text.readability import measure
from kb_service.text.sentences import sentences

ROOT = Path(__file__).parent.parent
CONTENT = ROOT / "content"
DATA = Path(__file__).parent / "data/domain"
FILES = sorted(path.relative_to(CONTENT).as_posix() for path in CONTENT.rglob("*.md"))
COMPANY = sheets.read_company((CONTENT / "_company.yaml").read_text(encoding="utf-8"))
FACTS = sheets.read_facts((CONTENT / "_facts.yaml").read_text(encoding="utf-8"))
ENTRIES = {
    row["id"]: row
    for row in map(json.loads, (DATA / "standard_questions.jsonl").read_text("utf-8").splitlines())
}
TODAY = date(2026, 11, 24)
CONTEXT = Context(facts=sheets.facts_on(FACTS, TODAY), company=COMPANY)
CASE = {
    "applicant": {
        "name": "Смирнова А. П.",
        "salutation": "Уважаемая Анна Петровна",
        "account": "740012345678",
        "organisation": "ООО «Пример»",
    },
    "enquiry": {
        "number": "12/2026",
        "date": "1 ноября 2026 года",
        "received": "2 ноября 2026 года",
    },
    "region": "Примерская область",
}
BRUSH_OFFS = (
    "в установленном порядке",
    "по данному вопросу",
    "не представляется возможным",
    "в кратчайшие сроки",
    "обращение рассмотрено",
    "вы обязаны",
    "потребитель обязан",
)


def document(file: str) -> Document:
    return codec.decode((CONTENT / file).read_text(encoding="utf-8"), path=file)


DOCUMENTS = {file: document(file) for file in FILES}
QUESTIONS = {
    file: one for file, one in DOCUMENTS.items() if isinstance(one.content, StandardQuestion)
}


def content(file: str) -> StandardQuestion:
    found = QUESTIONS[file].content
    assert isinstance(found, StandardQuestion)
    return found


def path_of(file: str) -> str:
    return "/" + file.removesuffix(".md").removesuffix("index").rstrip("/")


def test_every_standard_question_has_its_document() -> None:
    codes = sorted(content(file).code for file in QUESTIONS)
    assert codes == sorted(ENTRIES)
    assert sum(isinstance(one.content, Topic) for one in DOCUMENTS.values()) == 14
    pages = {path_of(file) for file, one in DOCUMENTS.items() if isinstance(one.content, Page)}
    assert pages == {"/", "/contacts", "/about"}


def test_uids_are_there_and_unique() -> None:
    uids = [one.uid for one in DOCUMENTS.values()]
    assert all(uids)
    assert len(set(uids)) == len(uids)


@pytest.mark.parametrize("file", sorted(QUESTIONS))
def test_a_document_is_whole(file: str) -> None:
    one = content(file)
    entry = ENTRIES[one.code]
    split = parts.split(QUESTIONS[file].body)
    assert file.startswith(entry["topic"] + "/")
    assert 2 <= len(one.wordings) <= 5
    assert one.description
    assert one.sources
    assert one.owner
    assert one.review_by is not None
    assert QUESTIONS[file].state == "published"
    assert split.staff.strip()
    assert split.letter.strip()
    assert not QUESTIONS[file].extra


@pytest.mark.parametrize("file", sorted(QUESTIONS))
def test_what_is_not_verified_says_so_and_the_rest_is_dated(file: str) -> None:
    one = content(file)
    is_verified = ENTRIES[one.code]["verified"]
    assert (one.checked is not False) == is_verified
    if not is_verified:
        assert "Уточняется" in parts.split(QUESTIONS[file].body).public


@pytest.mark.parametrize("file", FILES)
def test_nothing_in_a_document_is_unknown(file: str) -> None:
    one = DOCUMENTS[file]
    split = parts.split(one.body)
    assert check(split, one.content, facts=CONTEXT.facts.keys(), company=COMPANY) == []
    known = {path_of(other) for other in FILES} | {"/ask", "/topics"}
    links = re.findall(r"\]\((/[^)#\s]*)", one.body)
    assert set(links) | set(one.content.related) <= known


@pytest.mark.parametrize("file", sorted(QUESTIONS))
def test_the_language_is_plain(file: str) -> None:
    split = parts.split(QUESTIONS[file].body)
    public = plain(expand(split.public, CONTEXT))
    found = measure(public)
    assert 70 <= found.words <= 280
    assert found.sentence_words is not None
    assert found.sentence_words <= 15
    letter = plain(expand(split.letter, Context(CONTEXT.facts, COMPANY, CASE), is_letter=True))
    assert not [word for word in BRUSH_OFFS if word in f"{public} {letter}".lower()]


def test_ninety_texts_have_an_average_sentence_of_twelve_words() -> None:
    words = count = 0
    for one in QUESTIONS.values():
        found = measure(plain(expand(parts.split(one.body).public, CONTEXT)))
        words, count = words + found.words, count + found.sentences
    assert words / count <= 12


def test_no_two_documents_share_a_sentence() -> None:
    seen: dict[str, set[str]] = defaultdict(set)
    for file, one in QUESTIONS.items():
        split = parts.split(one.body)
        for text in (split.public, split.staff, split.letter):
            for line in plain(text).splitlines():
                for place in sentences(line):
                    sentence = line[place.start : place.end].strip().lower()
                    if len(sentence.split()) >= 4:
                        seen[sentence].add(file)
    assert [sentence for sentence, files in seen.items() if len(files) > 1] == []


def test_wordings_are_the_editors_own() -> None:
    """No wording is copied from the questions that measure the search."""
    asked = {
        re.sub(r"\W+", " ", json.loads(line)["text"].lower()).strip()
        for line in (DATA / "questions_open.jsonl").read_text("utf-8").splitlines()
    }
    ours = [
        re.sub(r"\W+", " ", wording.lower()).strip()
        for file in QUESTIONS
        for wording in content(file).wordings
    ]
    assert not asked & set(ours)
    assert len(set(ours)) == len(ours)


def test_a_figure_that_is_a_fact_is_not_typed_by_hand() -> None:
    """Figures long enough to be told from others: no document types what a fact holds."""
    values = {fact.value for fact in FACTS if re.search(r"\d \d{3}", fact.value)}
    for file, one in QUESTIONS.items():
        typed = {value for value in values if value in one.body.replace("\u00a0", " ")}
        assert not typed, f"{file}: {typed}"


def test_letters_ask_for_nothing_that_a_case_does_not_have() -> None:
    full = Context(CONTEXT.facts, COMPANY, CASE)
    for file, one in QUESTIONS.items():
        text = expand(parts.split(one.body).letter, full, is_letter=True)
        assert "\u27e6" not in text, file
        assert "{{" not in text, file
