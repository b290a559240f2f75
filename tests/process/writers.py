"""People and programs that write while the service may end at any moment, and what they were told.

A `Story` is one document: the words that were acknowledged, in order, and the one that may or may
not have arrived. Each text carries its word at both ends, so that half a text shows.
"""

import random
import re
import threading

import httpx
import msgspec

from kb_service.base.ids import new_uid
from tests.process.running import Kb, question

_FILLING = "Эти слова стоят между началом и концом, чтобы было видно, если текст порван. " * 12
_BEGIN, _END = "Начало", "Конец"


class Story(msgspec.Struct):
    """One document: its file, who writes it, what was acknowledged and what was under way."""

    file: str
    accepted: list[str] = []
    tried: str = ""

    @property
    def path(self) -> str:
        return "/" + self.file.removesuffix(".md")

    @property
    def possible(self) -> set[str]:
        """The words that it may end with: the last acknowledged, or the one under way."""
        return {*self.accepted[-1:], *([self.tried] if self.tried else [])}

    def keep(self, word: str) -> None:
        """Take what is there now for what was written last."""
        if word != self.accepted[-1]:
            self.accepted.append(word)
        self.tried = ""


class Words:
    """Words that nobody has used before, by the seed of a run."""

    def __init__(self, seed: int) -> None:
        self.random = random.Random(seed)
        self._lock = threading.Lock()
        self._used: set[str] = set()

    def new(self) -> str:
        with self._lock:
            while True:
                pairs = (
                    self.random.choice("бвгдзклмнпрст") + self.random.choice("аоуие")
                    for _ in range(5)
                )
                word = "".join(pairs) + "ф"
                if word not in self._used:
                    self._used.add(word)
                    return word


def body(word: str) -> str:
    """Give a text that carries its word at both ends."""
    return f"{_BEGIN} {word}.\n\n{_FILLING}\n\n{_END} {word}.\n"


def word_of(text: str) -> str:
    """Give the word that a whole text carries; refuse one that is torn."""
    begin = re.findall(rf"{_BEGIN} (\w+)\.", text)
    end = re.findall(rf"{_END} (\w+)\.", text)
    assert len(begin) == 1, text
    assert begin == end, text
    assert _FILLING.strip() in text, text
    return str(begin[0])


class Writer(threading.Thread):
    """Writes until the service is gone. What goes wrong before that is kept for the test."""

    def __init__(self, kb: Kb, words: Words, stories: list[Story], seed: int) -> None:
        super().__init__(daemon=True)
        self.kb = kb
        self.words = words
        self.stories = stories
        self.random = random.Random(seed)
        self.is_over = threading.Event()
        self.problems: list[str] = []
        self.written = 0

    def run(self) -> None:
        while not self.is_over.is_set():
            try:
                self.step()
            except httpx.TransportError:
                return
            except Exception as error:  # the thread must tell, not die in silence
                self.problems.append(f"{type(error).__name__}: {error}")
                return

    def step(self) -> None:
        raise NotImplementedError


class ApiWriter(Writer):
    """Creates and changes documents of its own over HTTP."""

    def __init__(self, kb: Kb, words: Words, stories: list[Story], seed: int) -> None:
        super().__init__(kb, words, stories, seed)
        self.client = kb.new_client()
        self.headers = kb.sign_in()

    def step(self) -> None:
        word = self.words.new()
        known = [story for story in self.stories if story.accepted]
        if len(known) < 3 or self.random.random() < 0.1:
            self.create(word)
        else:
            self.change(self.random.choice(known), word)

    def create(self, word: str) -> None:
        name = f"n-{new_uid()}"
        story = Story(file=f"written/{name}.md", tried=word)
        self.stories.append(story)
        data = {
            "@type": "StandardQuestion",
            "id": name,
            "title": f"Вопрос про {word}",
            "text": {"data": body(word)},
        }
        answer = self.client.post("/api/written", json=data, headers=self.headers)
        self._acknowledge(story, word, answer)

    def change(self, story: Story, word: str) -> None:
        story.tried = word
        answer = self.client.patch(
            f"/api{story.path}", json={"text": {"data": body(word)}}, headers=self.headers
        )
        self._acknowledge(story, word, answer)

    # What may be answered to a change besides that it was taken.
    honest: tuple[int, ...] = ()

    def _acknowledge(self, story: Story, word: str, answer: httpx.Response) -> None:
        if answer.is_success:
            story.accepted.append(word)
            story.tried = ""
            self.written += 1
        elif answer.status_code not in self.honest:
            self.problems.append(f"{story.path} {answer.status_code} {answer.text}")


class FileWriter(Writer):
    """Edits documents of its own in the content folder, faster than anybody looks."""

    def step(self) -> None:
        if not self.stories:
            self.stories += [Story(file=f"written/file-{number}.md") for number in range(2)]
        story = self.random.choice(self.stories)
        uid = new_uid() if not story.accepted else _uid_of(self.kb.read(story.file))
        word = story.tried = self.words.new()
        self.kb.write(story.file, question(uid, f"Файл про {word}", body(word)))
        story.accepted.append(word)
        story.tried = ""
        self.written += 1
        self.is_over.wait(self.random.uniform(0.02, 0.3))


class BothSides(ApiWriter):
    """Changes one document in its file and over HTTP at once: nothing of either may be lost.

    Over HTTP it may hear that somebody was quicker: the file came in while it was being changed.
    """

    honest = (412,)

    def __init__(self, kb: Kb, words: Words, stories: list[Story], seed: int) -> None:
        super().__init__(kb, words, stories, seed)
        self.in_file = ""
        self.overwritten: set[str] = set()

    def step(self) -> None:
        word = self.words.new()
        if not self.stories:
            self.create(word)
        elif self.random.random() < 0.5:
            self.change(self.stories[0], word)
        else:
            self.edit(self.stories[0].file, word)
        self.is_over.wait(self.random.uniform(0, 0.2))

    def edit(self, file: str, word: str) -> None:
        if not (self.kb.content / file).exists():
            return
        text = self.kb.read(file)
        self.note(text)
        self.kb.write(file, f"{text[: text.index(_BEGIN)]}{body(word)}")
        self.in_file = word

    def note(self, text: str) -> None:
        """Whose text of ours is no longer in the file had better be kept elsewhere."""
        if self.in_file and self.in_file not in text:
            self.overwritten.add(self.in_file)
        self.in_file = ""


def _uid_of(text: str) -> str:
    found = re.search(r"^uid: (\w+)$", text, re.MULTILINE)
    assert found is not None, text
    return found[1]
