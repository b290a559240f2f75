"""What is written is found within a second, what is taken back is gone at once.

trust.md, promise 4, with the real service: files that editors save, and changes over the API. The
figures are printed (`-s`).
"""

import shutil
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from tests.process.running import SHIPPED, Kb, question, until
from tests.process.writers import Words

UID = "0198f3c2a1b07c3e9d5a4b6c7d8e9f0{}"
EDITS = 10
LIMIT_S = 1.0
WORDS = Words(4)


@pytest.fixture(scope="module")
def kb(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Kb]:
    with Kb(tmp_path_factory.mktemp("fresh")) as made:
        fill(made)
        made.start()
        yield made


def fill(kb: Kb) -> None:
    kb.write(
        "meters/index.md",
        "---\ntype: Topic\ntitle: Счётчики\nstate: published\n---\nО счётчиках.\n",
    )
    for number in range(5):
        kb.write(
            f"meters/q{number}.md", question(UID.format(number), f"Вопрос {number}?", "Ответ.")
        )


def p95(seconds: list[float]) -> float:
    return sorted(seconds)[max(0, round(0.95 * len(seconds)) - 1)]


def file_edits(kb: Kb, count: int = EDITS) -> list[float]:
    """Save a file with a new word and ask as a visitor until it is found; give how long it took."""
    took = []
    for _ in range(count):
        word = WORDS.new()
        kb.write("meters/q0.md", question(UID.format(0), "Кто меняет счётчик?", f"Меняет {word}."))
        took.append(until(lambda word=word: kb.found(word) == ["/meters/q0"]))  # type: ignore[misc]
    return took


def patch(kb: Kb, staff: dict[str, str], path: str, word: str) -> httpx.Response:
    return kb.client.patch(
        f"/api{path}", json={"text": {"data": f"Ответ: {word}.\n"}}, headers=staff
    )


def measured(kb: Kb, what: str) -> None:
    """Edit files until their words are found in time; other tests may hold the machine."""
    for _ in range(3):
        took = file_edits(kb)
        print(f"\n{what}: p50 {sorted(took)[EDITS // 2]:.2f} s, p95 {p95(took):.2f} s", end="")
        if p95(took) < LIMIT_S:
            return
    pytest.fail(f"{what}: {took}")


def test_a_saved_file_is_found_by_its_new_words_within_a_second(kb: Kb) -> None:
    measured(kb, "file -> found")


def test_a_change_over_the_api_is_found_by_the_next_request_and_stands_in_the_file(kb: Kb) -> None:
    staff = kb.sign_in()
    took = []
    for _ in range(EDITS):
        word = WORDS.new()
        assert patch(kb, staff, "/meters/q1", word).status_code == 204
        assert kb.found(word) == ["/meters/q1"]
        assert word in kb.get("/api/meters/q1").text
        assert "/meters/q1" in kb.answered(word, staff)
        took.append(until(lambda word=word: word in kb.read("meters/q1.md")))  # type: ignore[misc]
    print(f"\nAPI -> file: p95 {p95(took):.2f} s")
    assert p95(took) < LIMIT_S, took


def test_what_is_retracted_is_gone_in_the_next_request_on_every_door(kb: Kb) -> None:
    staff = kb.sign_in()
    word = WORDS.new()
    data = {"title": f"Что такое {word}?", "text": {"data": f"Это {word}.\n"}}
    assert kb.client.patch("/api/meters/q2", json=data, headers=staff).status_code == 204
    seen = doors(kb, word)
    assert all(word in text for text in seen.values()), seen
    step = kb.client.post("/api/meters/q2/@workflow/retract", json={}, headers=staff)
    assert step.status_code == 200, step.text
    seen = doors(kb, word)
    assert not any(word in text.replace(f'"{word}"', "") for text in seen.values()), seen
    assert kb.get("/api/meters/q2").status_code in (401, 404)


def doors(kb: Kb, word: str) -> dict[str, str]:
    """Give what a visitor may read where the word might stand, but for the question itself."""
    page = kb.client.get("/meters/q2", headers={"accept": "text/html"}).text
    topic = kb.client.get("/meters", headers={"accept": "text/html"}).text
    found = kb.get("/api/@search", SearchableText=word).json()
    answers = kb.get("/api/@answers", q=word).json()["items"]
    suggest = kb.get("/api/@suggest", q=word[:6]).json()["items"]
    item = kb.get("/api/meters/q2").text
    return {
        "page": page,
        "topic": topic,
        "search": str(found["items"]),
        "answers": str(answers),
        "suggest": str(suggest),
        "api": item,
    }


def changed_on_both_sides(kb: Kb, path: str) -> tuple[str, str]:
    """Save a file that nobody watches, then change the item over the API; give both words."""
    theirs, ours = WORDS.new(), WORDS.new()
    file = f"{path[1:]}.md"
    kb.write(file, question(UID.format(path[-1]), "Вопрос?", f"Ответ: {theirs}."))
    assert patch(kb, kb.sign_in(), path, ours).status_code == 204
    return theirs, ours


def check_both_are_kept(kb: Kb, path: str, theirs: str, ours: str) -> None:
    file = f"{path[1:]}.md"
    assert theirs in kb.read(f"{file}.conflict")
    until(lambda: ours in kb.read(file))
    assert kb.found(ours) == [path]
    assert kb.found(theirs) == []


def test_changed_on_both_sides_both_texts_are_kept_and_named(tmp_path: Path) -> None:
    with Kb(tmp_path, KB_WATCH="off") as kb:
        fill(kb)
        kb.start()
        both = changed_on_both_sides(kb, "/meters/q1")
        done = kb.run("sync")
        assert done.returncode == 2, done
        sentence = "changed on both sides; yours is kept in"
        assert f"meters/q1.md: {sentence} meters/q1.md.conflict" in done.stderr
        check_both_are_kept(kb, "/meters/q1", *both)
        both = changed_on_both_sides(kb, "/meters/q2")
        kb.kill()
        kb.start()
        assert f"meters/q2.md: {sentence} meters/q2.md.conflict" in kb.said()
        check_both_are_kept(kb, "/meters/q2", *both)
        assert kb.run("sync").returncode == 0


def test_changed_on_both_sides_while_running_both_texts_are_kept_and_the_log_names_it(
    kb: Kb,
) -> None:
    """The file is saved at the very moment of a PATCH, again and again until both meet."""
    staff = kb.sign_in()
    # An earlier test may have left one: the next one is numbered.
    known = set(kb.content.glob("meters/q4.md*.conflict"))
    for _ in range(20):
        ours, theirs = WORDS.new(), WORDS.new()
        kb.write("meters/q4.md", question(UID.format(4), "Вопрос 4?", f"Ответ: {theirs}."))
        assert patch(kb, staff, "/meters/q4", ours).status_code == 204
        until(lambda: kb.found(ours) + kb.found(theirs) == ["/meters/q4"])  # noqa: B023
        if set(kb.content.glob("meters/q4.md*.conflict")) - known:
            break
    until(lambda: "file changed on both sides" in kb.said())
    (conflict,) = set(kb.content.glob("meters/q4.md*.conflict")) - known
    assert theirs in conflict.read_text(encoding="utf-8")
    until(lambda: ours in kb.read("meters/q4.md"))
    assert kb.found(theirs) == []


def test_another_folder_in_the_place_of_the_first_is_followed(kb: Kb) -> None:
    """As a release is laid out beside the old one and then takes its name."""
    fresh = kb.folder / "fresh"
    shutil.copytree(kb.content, fresh)
    kb.content.rename(kb.folder / "old")
    fresh.rename(kb.content)
    word = WORDS.new()
    kb.write("meters/q0.md", question(UID.format(0), "Кто меняет?", f"Меняет {word}."))
    until(lambda: kb.found(word) == ["/meters/q0"], 10)
    assert max(file_edits(kb, 3)) < 3 * LIMIT_S


@pytest.mark.proof
def test_giving_vectors_to_texts_does_not_delay_what_is_written(tmp_path: Path) -> None:
    with Kb(tmp_path, KB_ENCODER="on") as kb:
        shutil.copytree(SHIPPED, kb.content, dirs_exist_ok=True)
        kb.start()
        pending = encoder(kb)
        assert pending > EDITS
        measured(kb, f"file -> found, {pending} texts wait for vectors")
        staff, word = kb.sign_in(), WORDS.new()
        assert patch(kb, staff, "/meters/q0", word).status_code == 204
        assert kb.found(word) == ["/meters/q0"]


def encoder(kb: Kb) -> int:
    """Give how many texts wait for their vectors."""
    health = kb.get("/api/@health?ready").json()["checks"]["encoder"]
    assert health["name"] != "off"
    return int(health["pending"])
