"""Nothing acknowledged is lost: the service is killed while people write, again and again.

trust.md, promises 1 and 5. After each kill and start every acknowledged text (or a later one) reads
back whole over HTTP, is found by the search and stands in its file; database and index agree, the
audit chain holds.
"""

import random
import shutil
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import pytest
from sqlalchemy import select

from kb_service.base import audit, outbox
from kb_service.base.clock import Clock
from kb_service.base.db import Database
from kb_service.base.permissions import SYSTEM
from kb_service.base.work import Work, open_work
from kb_service.handbook import queries as handbook
from kb_service.handbook.tables import Revision
from kb_service.search.index import Index
from tests import databases
from tests.process.running import SHIPPED, Kb, question, until
from tests.process.writers import ApiWriter, BothSides, FileWriter, Story, Words, Writer, word_of

SEED = 20261124
TOPIC = "---\ntype: Topic\nuid: {uid}\ntitle: Написанное\nstate: published\n---\nЗдесь пишут.\n"
FIRST = question("0" * 31 + "2", "Кто пишет здесь первым?", "Пишет тот, кто пришёл.")


class Loop:
    """One installation that is killed round after round, and what its writers know."""

    def __init__(self, kb: Kb, database: str, seed: int = SEED) -> None:
        self.kb = kb
        self.database = database
        self.words = Words(seed)
        self.random = random.Random(seed)
        self.stories: dict[type[Writer], list[list[Story]]] = {
            ApiWriter: [[], [], [], []],
            FileWriter: [[]],
            BothSides: [[]],
        }
        self.acknowledged = 0
        self.starts: list[float] = []

    def prepare(self) -> None:
        self.kb.write("written/index.md", TOPIC.format(uid="0" * 31 + "1"))
        self.kb.write("written/first.md", FIRST)
        self.kb.start()

    def round(self, number: int) -> None:
        writers = self._writers()
        for writer in writers:
            writer.start()
        time.sleep(self.random.uniform(0.1, 1.2))
        self.kb.kill()
        for writer in writers:
            writer.is_over.set()
        for writer in writers:
            writer.join(30)
        problems = [problem for writer in writers for problem in writer.problems]
        assert problems == [], problems
        self.acknowledged += sum(writer.written for writer in writers)
        if number % 4 == 3:
            # Killed again while it repairs.
            self.kb.launch()
            time.sleep(self.random.uniform(0.3, 2.0))
            self.kb.kill()
        started = time.perf_counter()
        self.kb.start()
        self.starts.append(time.perf_counter() - started)
        self.check([one for one in writers if isinstance(one, BothSides)])

    def _writers(self) -> list[Writer]:
        return [
            kind(self.kb, self.words, stories, self.random.getrandbits(32))
            for kind, lists in self.stories.items()
            for stories in lists
        ]

    def check(self, both: list[BothSides]) -> None:
        staff = self.kb.sign_in()
        with self.opened() as work:
            until(lambda: outbox.counts(work.session) == {} or _again(work), 10)
        for kind in (ApiWriter, FileWriter):
            for story in [one for stories in self.stories[kind] for one in stories]:
                self.check_story(story, staff)
        self.check_nothing_is_gone(both)
        with self.opened() as work:
            entries = list(handbook.index_entries(work))
            assert Index(self.kb.index).differences(entries) == []
            assert audit.verify(work.session) is None

    def check_story(self, story: Story, staff: dict[str, str]) -> None:
        answer = self.kb.get(f"/api{story.path}", staff)
        if answer.status_code == 404 and not story.accepted:
            # It was never acknowledged, and it never arrived.
            story.tried = ""
            return
        assert answer.status_code == 200, (story, answer.text)
        word = word_of(answer.json()["text"]["data"])
        assert word in story.possible, (story, word)
        assert word_of(self.kb.read(story.file)) == word, story
        assert self.kb.found(word, staff) == [story.path], (story, word)
        if not story.accepted:
            story.accepted.append(word)
        story.keep(word)

    def check_nothing_is_gone(self, both: list[BothSides]) -> None:
        """Each acknowledged text is somewhere in the history, also where two sides wrote."""
        with self.opened() as work:
            kept = "\n".join(work.session.scalars(select(Revision.text)))
        lists = [stories for kind in (ApiWriter, BothSides) for stories in self.stories[kind]]
        lost = [
            (story.path, word)
            for stories in lists
            for story in stories
            for word in story.accepted
            if f"{word}." not in kept
        ]
        assert lost == []
        for writer in both:
            for story in writer.stories:
                if story.accepted and writer.in_file:
                    writer.note(self.kb.read(story.file))
                story.tried = ""
                if not story.accepted and (self.kb.content / story.file).exists():
                    story.accepted.append(word_of(self.kb.read(story.file)))
            writer.stories[:] = [story for story in writer.stories if story.accepted]
            beside = "".join(
                path.read_text(encoding="utf-8") for path in self.kb.content.rglob("*.conflict")
            )
            assert [word for word in writer.overwritten if word not in kept + beside] == []

    @contextmanager
    def opened(self) -> Iterator[Work]:
        database = Database(self.database)
        try:
            with open_work(database, SYSTEM, Clock(), write=False) as work:
                yield work
        finally:
            database.close()


def _again(work: Work) -> bool:
    work.session.rollback()
    return False


def run(folder: Path, rounds: int, postgres: str = "") -> None:
    with ExitStack() as stack:
        settings = {}
        if postgres:
            settings = {"KB_DATABASE_URL": stack.enter_context(databases.postgres_place(postgres))}
        kb = stack.enter_context(Kb(folder, **settings))
        loop = Loop(kb, settings.get("KB_DATABASE_URL", f"sqlite:///{kb.data / 'kb.sqlite'}"))
        loop.prepare()
        for number in range(rounds):
            loop.round(number)
        kb.kill()
        for words in (("index", "verify"), ("audit", "verify")):
            done = kb.run(*words)
            assert done.returncode == 0, done
        slowest = max(loop.starts)
        print(f"{rounds} kills, {loop.acknowledged} acknowledged, 0 lost, up in {slowest:.1f} s")


@pytest.mark.timeout(300)
@pytest.mark.parametrize("rounds", [4])
def test_nothing_acknowledged_is_lost_when_the_service_is_killed(
    tmp_path: Path, rounds: int
) -> None:
    run(tmp_path, rounds)


@pytest.mark.proof
@pytest.mark.timeout(600)
def test_nothing_is_lost_in_twenty_kills(tmp_path: Path) -> None:
    run(tmp_path, 20)


@pytest.mark.proof
@pytest.mark.timeout(600)
def test_nothing_is_lost_in_six_kills_on_postgres(tmp_path: Path, worker_name: str) -> None:
    run(tmp_path, 6, f"kb_kill_{worker_name}")


@pytest.mark.proof
@pytest.mark.timeout(300)
def test_a_first_start_that_is_killed_again_and_again_comes_to_its_end(tmp_path: Path) -> None:
    rolled = random.Random(SEED)
    with Kb(tmp_path) as kb:
        shutil.copytree(SHIPPED, kb.content, dirs_exist_ok=True)
        files = {path: path.read_bytes() for path in kb.content.rglob("*.md")}
        for _ in range(8):
            kb.launch()
            time.sleep(rolled.uniform(0.3, 4.0))
            kb.kill()
        kb.start()
        assert {path: path.read_bytes() for path in kb.content.rglob("*.md")} == files
        assert kb.get("/api/@search").json()["items_total"] == len(files)
        kb.stop()
        for words in (("index", "verify"), ("audit", "verify")):
            done = kb.run(*words)
            assert done.returncode == 0, done
