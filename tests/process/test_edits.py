"""Nothing acknowledged is lost where six write the same documents at once, by three ways.

Two programs over the API, two people on pages, two editors in the content folder. Whatever was
answered as saved is a revision in the end; what was refused is none, a page keeps it as an unsaved
text; files, database, index and audit agree.
"""

import json
import re
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import pytest
from sqlalchemy import select

from kb_service.base import outbox
from kb_service.base.clock import Clock
from kb_service.base.db import Database
from kb_service.base.permissions import SYSTEM
from kb_service.base.work import Work, open_work
from kb_service.handbook.tables import Autosave, Item, Revision
from tests import databases
from tests.process.running import Kb, question, until
from tests.process.shared import (
    ApiEditor,
    Board,
    Editor,
    FileEditor,
    PageEditor,
    Seen,
    document_at,
)
from tests.process.writers import Words, body, word_of

SEED = 20261128
DOCUMENTS = 4
TOPIC = f"---\ntype: Topic\nuid: {'0' * 31}1\ntitle: Общее\nstate: published\n---\nЗдесь пишут.\n"


class Meeting:
    """One installation, six who write in it, and what each of them was told."""

    def __init__(self, kb: Kb, database: str, edits: int) -> None:
        self.kb = kb
        self.database = database
        words = Words(SEED)
        self.board = Board(edits, DOCUMENTS, words, self.kept)

    def prepare(self) -> None:
        self.kb.write("shared/index.md", TOPIC)
        for number in range(DOCUMENTS):
            word = self.board.words.new()
            uid = f"{number + 2:032}"
            file = document_at(number) + ".md"
            self.kb.write(file.lstrip("/"), question(uid, f"Вопрос {number}", body(word)))
            self.board.seen.append(Seen(number, word, "taken"))
        self.kb.start()

    def hold(self) -> list[Editor]:
        kinds = (ApiEditor, ApiEditor, PageEditor, PageEditor, FileEditor, FileEditor)
        editors = [kind(self.kb, self.board, SEED + number) for number, kind in enumerate(kinds)]
        for editor in editors:
            editor.start()
        for editor in editors:
            editor.join(240)
        problems = [f"{type(one).__name__}: {text}" for one in editors for text in one.problems]
        assert problems == [], problems
        assert not any(editor.is_alive() for editor in editors)
        return editors

    def check(self) -> None:
        with self.opened() as work:
            until(lambda: self._is_quiet(work), 15)
            texts: dict[int, list[str]] = {number: [] for number in range(DOCUMENTS)}
            rows = work.session.execute(
                select(Item.path, Revision.text)
                .join(Revision, Revision.item_uid == Item.uid)
                .where(Item.path.startswith("/shared/"))
            )
            for path, text in rows:
                texts[int(path.rsplit("-", 1)[1])].append(word_of(text))
            unsaved = " ".join(
                json.dumps(fields, ensure_ascii=False)
                for fields in work.session.scalars(select(Autosave.fields))
            )
        self._judge(texts, unsaved)
        self._files_agree()

    def _judge(self, texts: dict[int, list[str]], unsaved: str) -> None:
        of = {how: [one for one in self.board.seen if one.how == how] for how in Seen.HOWS}
        lost = [one for one in of["taken"] if texts[one.document].count(one.word) != 1]
        assert lost == []
        kept = {word for words in texts.values() for word in words}
        assert [one for one in of["refused"] + of["unsaved"] if one.word in kept] == []
        assert [one for one in of["unsaved"] if one.word not in unsaved] == []
        # Nothing but what somebody wrote, and nothing twice.
        known = {one.word for one in of["taken"]}
        assert kept == known
        assert sum(map(len, texts.values())) == len(known)

    def _files_agree(self) -> None:
        staff = self.kb.sign_in()
        for number in range(DOCUMENTS):
            path = document_at(number)
            newest = word_of(self.kb.get(f"/api{path}", staff).json()["text"]["data"])
            assert word_of(self.kb.read(f"{path[1:]}.md")) == newest
            live = word_of(self.kb.get(f"/api{path}").json()["text"]["data"])
            assert self.kb.found(live) == [path]
            assert newest == live or self.kb.found(newest) == []

    def _is_quiet(self, work: Work) -> bool:
        work.session.rollback()
        return outbox.counts(work.session) == {}

    def kept(self, word: str) -> bool:
        """Say whether a word is in a revision: how an editor of files learns that it came in."""
        with self.opened() as work:
            found = select(Revision.uid).where(Revision.text.contains(f"{word}.")).limit(1)
            return work.session.scalar(found) is not None

    @contextmanager
    def opened(self) -> Iterator[Work]:
        database = Database(self.database)
        try:
            with open_work(database, SYSTEM, Clock(), write=False) as work:
                yield work
        finally:
            database.close()


def run(folder: Path, edits: int, postgres: str = "") -> Counter[tuple[str, str]]:
    with ExitStack() as stack:
        settings = {}
        if postgres:
            settings = {"KB_DATABASE_URL": stack.enter_context(databases.postgres_place(postgres))}
        kb = stack.enter_context(Kb(folder, **settings))
        meeting = Meeting(
            kb, settings.get("KB_DATABASE_URL", f"sqlite:///{kb.data / 'kb.sqlite'}"), edits
        )
        meeting.prepare()
        started = time.perf_counter()
        meeting.hold()
        meeting.check()
        kb.stop()
        for words in (("index", "verify"), ("audit", "verify")):
            done = kb.run(*words)
            assert done.returncode == 0, done
        counts = Counter((one.by, one.how) for one in meeting.board.seen if one.by)
        print(f"{edits} edits in {time.perf_counter() - started:.0f} s: {dict(counts)}")
        return counts


def judge(counts: Counter[tuple[str, str]]) -> None:
    """All three ways were taken, and each way of being refused has happened."""
    for by in ("ApiEditor", "PageEditor", "FileEditor"):
        assert counts[by, "taken"] > 0, counts
    assert counts["ApiEditor", "refused"] > 0, counts
    assert counts["PageEditor", "unsaved"] > 0, counts


@pytest.mark.timeout(240)
def test_of_sixty_edits_by_six_at_once_none_is_lost(tmp_path: Path) -> None:
    judge(run(tmp_path, 60))


@pytest.mark.proof
@pytest.mark.timeout(600)
def test_of_two_hundred_edits_by_six_at_once_none_is_lost(tmp_path: Path) -> None:
    judge(run(tmp_path, 200))


@pytest.mark.proof
@pytest.mark.timeout(600)
def test_of_two_hundred_edits_none_is_lost_on_postgres(tmp_path: Path, worker_name: str) -> None:
    judge(run(tmp_path, 200, f"kb_edits_{worker_name}"))


def test_a_torn_text_would_be_seen() -> None:
    whole = body("бобо")
    assert word_of(whole) == "бобо"
    with pytest.raises(AssertionError):
        word_of(re.sub("Конец бобо", "Конец дада", whole))
