"""What is proposed for letters of our own over the shipped handbook.

The choice of the shares (letters/rules/proposing.py) was made on these letters, not on those
that measure.
"""

import time
from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest

from kb_service.letters.rules import proposing
from kb_service.letters.searching import search_letter
from kb_service.search.live import Engine
from kb_service.search.several import Several
from kb_service.search.state import Words
from tests.search import bench, make

FILE = Path(__file__).parents[1] / "data" / "letters.jsonl"


class Letter(msgspec.Struct):
    """A letter and the standard questions that answer it."""

    id: str
    text: str
    expected: list[str]


LETTERS = [msgspec.json.decode(line, type=Letter) for line in FILE.read_text("utf-8").splitlines()]


class Counted(msgspec.Struct):
    """How many of the expected questions were proposed, and how many head a list."""

    expected: int = 0
    found: int = 0
    first: int = 0
    most_codes: int = 0
    most_questions: int = 0


def counted(engine: Engine, wait_s: float) -> Counted:
    snapshot = engine.snapshot(staff=True)
    codes = {entry.uid: entry.code for entry in snapshot.entries if entry.code}
    total = Counted()
    for letter in LETTERS:
        found = search_letter(Several(engine, snapshot, wait_s), letter.text)
        each, whole = found.lists(codes)
        lists = [[codes[uid] for uid in one] for one in (*each, whole)]
        total.most_codes = max(total.most_codes, len({code for one in lists for code in one}))
        total.most_questions = max(total.most_questions, len(found.asked))
        for code in letter.expected:
            right = {code, *bench.acceptable().get(code, [])}
            total.expected += 1
            total.found += any(right & set(one) for one in lists)
            total.first += any(one[0] in right for one in lists if one)
    return total


@pytest.fixture(scope="module")
def wordy(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Engine]:
    """An engine without a model."""
    folder = tmp_path_factory.mktemp("letters")
    engine = make.engine(folder, make.shipped(), words=Words(make.synonyms()))
    yield engine
    engine.close()


def test_words_alone_propose_what_is_expected(wordy: Engine) -> None:
    total = counted(wordy, 0)
    assert total.found >= total.expected - 1
    assert total.first >= 0.6 * total.expected
    assert total.most_codes <= proposing.MAX_CODES
    assert total.most_questions <= 8


@pytest.mark.quality
@pytest.mark.timeout(900)
@pytest.mark.xdist_group("quality")
def test_with_meaning_more_of_it_comes_first(tmp_path: Path, wordy: Engine) -> None:
    encoder = bench.encoder()
    if encoder is None:
        pytest.skip("The encoder has no wheel for this machine.")
    words = Words(make.synonyms())
    engine = make.engine(tmp_path, make.shipped(), encoder=encoder, words=words)
    total = counted(engine, 60)
    assert total.found == total.expected
    assert total.first > counted(wordy, 0).first
    engine.close()


def test_a_letter_of_many_questions_stays_within_twenty_codes(wordy: Engine) -> None:
    text = " ".join(letter.text for letter in LETTERS)
    snapshot = wordy.snapshot(staff=True)
    found = search_letter(Several(wordy, snapshot, 0), text)
    codes = {entry.uid: entry.code for entry in snapshot.entries if entry.code}
    each, whole = found.lists(codes)
    assert len(each) == 8
    assert all(each)
    assert len({uid for one in (*each, whole) for uid in one}) <= proposing.MAX_CODES


def test_a_short_question_is_helped_by_its_letter(wordy: Engine) -> None:
    snapshot = wordy.snapshot(staff=True)
    codes = {entry.uid: entry.code for entry in snapshot.entries if entry.code}
    text = "Вечером напряжение 170 В, техника гудит. Прошу замерить напряжение и выдать акт."
    found = search_letter(Several(wordy, snapshot, 0), text)
    each, _ = found.lists(codes)
    asked = [text[one.start : one.end] for one in found.asked]
    assert "K03" in [codes[uid] for uid in each[asked.index("выдать акт")]]
    alone = search_letter(Several(wordy, snapshot, 0), "выдать акт").lists(codes)[0]
    assert "K03" not in [codes[uid] for uid in alone[0]][:1]


def test_three_thousand_words_are_searched_in_little_time(wordy: Engine) -> None:
    words = " ".join(letter.text for letter in LETTERS).split()
    text = " ".join((words * 4)[:3000])
    several = Several(wordy, wordy.snapshot(staff=True), 0)
    search_letter(several, text)
    before = time.thread_time()
    search_letter(several, text)
    # The time of this thread alone: what else the machine does is not measured.
    assert time.thread_time() - before < 0.6
