"""Six who write the same documents at once: what each sends, and what each was told.

Each text carries a word of its own. `taken` was acknowledged, `refused` was answered 412 and
`unsaved` too, by a page that keeps the text for its writer.
"""

import random
import re
import threading
from collections.abc import Callable
from html import unescape
from typing import ClassVar

import httpx
import msgspec

from tests.process.running import Kb, until
from tests.process.writers import Words, body, word_of
from tests.web.edit.make import action_of, form_of

_TAKEN, _REFUSED, _UNSAVED = "taken", "refused", "unsaved"
_STALE = 412
_PATIENCE_S = 20.0


def document_at(number: int) -> str:
    return f"/shared/text-{number}"


class Seen(msgspec.Struct, frozen=True):
    """One edit and how it ended."""

    document: int
    word: str
    how: str
    by: str = ""

    HOWS: ClassVar = (_TAKEN, _REFUSED, _UNSAVED)


class Board:
    """What is still to be done, and what was done so far."""

    def __init__(
        self, edits: int, documents: int, words: Words, kept: Callable[[str], bool]
    ) -> None:
        self.left = edits
        self.documents = documents
        self.words = words
        self.kept = kept
        self.seen: list[Seen] = []
        self._lock = threading.Lock()
        # Two programs that write one file at once overwrite each other; no service can help that.
        self.files = [threading.Lock() for _ in range(documents)]

    def take(self) -> bool:
        with self._lock:
            self.left -= 1
            return self.left >= 0

    def note(self, document: int, word: str, how: str, by: object) -> None:
        self.seen.append(Seen(document, word, how, type(by).__name__))


class Editor(threading.Thread):
    """Makes one edit after the other while there are any left to make."""

    def __init__(self, kb: Kb, board: Board, seed: int) -> None:
        super().__init__(daemon=True)
        self.kb = kb
        self.board = board
        self.random = random.Random(seed)
        self.problems: list[str] = []
        self.client = kb.new_client()

    def run(self) -> None:
        try:
            self.come()
            while not self.problems and self.board.take():
                self.edit(self.random.randrange(self.board.documents))
        except Exception as error:  # the thread must tell, not die in silence
            self.problems.append(f"{type(error).__name__}: {error}")

    def come(self) -> None:
        """Sign in, where that is needed."""

    def edit(self, number: int) -> None:
        raise NotImplementedError

    def judge(self, number: int, word: str, answer: httpx.Response, *, must: str = "") -> None:
        """Note how a sending ended; `must` says that only one end is right."""
        how = _TAKEN if answer.is_success else _REFUSED
        if answer.status_code not in (200, 204, _STALE) or (must and how != must):
            self.problems.append(f"{word} {must} {answer.status_code} {answer.text[:300]}")
        self.board.note(number, word, how, self)


class ApiEditor(Editor):
    """A program: without a tag, with a fresh one, and on purpose with an old one."""

    def come(self) -> None:
        self.client.headers.update(self.kb.sign_in())

    def edit(self, number: int) -> None:
        kind = self.random.choice(("bare", "fresh", "old"))
        tag = self.client.get(f"/api{document_at(number)}").headers["etag"]
        if kind == "bare":
            self.send(number)
        elif kind == "fresh":
            self.send(number, tag)
        else:
            self.send(number)
            # Whether ours went in or another's was quicker: the tag is an old one now.
            self.send(number, tag, must=_REFUSED)

    def send(self, number: int, tag: str = "", *, must: str = "") -> None:
        word = self.board.words.new()
        answer = self.client.patch(
            f"/api{document_at(number)}",
            json={"text": {"data": body(word)}},
            headers={"if-match": tag} if tag else {},
        )
        self.judge(number, word, answer, must=must)


class PageEditor(Editor):
    """A person with a browser: opens a document, types, presses a button; once in a while late."""

    def come(self) -> None:
        page = self.client.get("/desk/sign-in", headers={"accept": "text/html"})
        found = re.search(r'name="csrf" value="([^"]+)"', page.text)
        assert found is not None, page.text
        self.client.headers.update({"accept": "text/html", "origin": self.kb.base})
        data = {"login": "reviewer", "password": "demo", "csrf": unescape(found[1])}
        answer = self.client.post("/desk/sign-in", data=data)
        assert answer.status_code == 303, answer.text

    def edit(self, number: int) -> None:
        page = self.client.get(f"/edit{document_at(number)}")
        fields = form_of(page)
        do = self.random.choice(("save", "publish"))
        self.send(number, fields, do)
        if self.random.random() < 0.4:
            # The same page once more, from another tab that knows nothing of the save.
            self.send(number, {**fields, "tab": self.board.words.new()}, "save", must=_UNSAVED)

    def send(self, number: int, fields: dict[str, str], do: str, *, must: str = "") -> None:
        word = self.board.words.new()
        typed = {**fields, "public": body(word), "do": do}
        answer = self.client.post(action_of(fields), data=typed)
        how = {303: _TAKEN, _STALE: _UNSAVED}.get(answer.status_code, "")
        if not how or (must and how != must):
            self.problems.append(f"{word} {must} {answer.status_code} {answer.text[:300]}")
        if how == _UNSAVED:
            # The comparison holds the text itself, whole.
            assert 'id="own"' in answer.text, answer.text
            assert word_of(form_of(answer, "own")["whole"]) == word
        self.board.note(number, word, how, self)


class FileEditor(Editor):
    """An editor of files: reads one, writes it anew, and waits until the service has it."""

    def edit(self, number: int) -> None:
        file = f"{document_at(number)[1:]}.md"
        word = self.board.words.new()
        with self.board.files[number]:
            text = self.kb.read(file)
            head = text[: text.index("---\n", 4) + 4]
            self.kb.write(file, head + body(word))
            until(lambda: self.board.kept(word), _PATIENCE_S, 0.05)
        self.board.note(number, word, _TAKEN, self)
