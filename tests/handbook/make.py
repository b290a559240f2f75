"""Lawful content for tests: made by acts, as the reviewer Rita where nobody else is named."""

from pathlib import Path

from kb_service.base.blobs import Blobs
from kb_service.base.ids import Uid
from kb_service.base.work import Work
from kb_service.handbook import codec
from kb_service.handbook.acts import edit, workflow
from kb_service.handbook.schemas import Page, StandardQuestion, Topic
from kb_service.handbook.sync import Sync

BODY = """Ответ для всех: {word}.

::: staff
Для своих: {word}-внутри.
:::

::: letter
Вы спрашиваете, {{{{ applicant.salutation }}}}. Письмо: {word}-письмо.
:::
"""


def question_text(title: str, *, word: str = "светлячок", **front: object) -> str:
    """Give the text of a question with all three parts."""
    content = StandardQuestion(title=title, **front)  # type: ignore[arg-type]
    return codec.encode(codec.new("StandardQuestion", content, BODY.format(word=word)))


def root(work: Work) -> Uid:
    """Make sure that there is a root."""
    return edit.plant(work)


def topic(work: Work, title: str = "Счётчики", name: str = "meters", *, live: bool = True) -> Uid:
    """Make a topic below the root, live by default."""
    text = codec.encode(codec.new("Topic", Topic(title=title), ""))
    uid = edit.create(work, root(work), text, name=name)
    if live:
        workflow.publish(work, uid)
    return uid


def question(
    work: Work,
    parent: Uid,
    title: str = "Кто меняет счётчик?",
    *,
    live: bool = True,
    word: str = "светлячок",
    name: str = "",
    **front: object,
) -> Uid:
    """Make a question in a topic, live by default."""
    uid = edit.create(work, parent, question_text(title, word=word, **front), name=name)
    if live:
        workflow.publish(work, uid)
    return uid


def page(work: Work, title: str, name: str, body: str = "Текст.\n") -> Uid:
    """Make a live page below the root."""
    text = codec.encode(codec.new("Page", Page(title=title), body))
    uid = edit.create(work, root(work), text, name=name)
    workflow.publish(work, uid)
    return uid


def folder(root_dir: Path, files: dict[str, str]) -> None:
    """Write files below a folder."""
    for name, text in files.items():
        path = root_dir / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")


def sync(database: object, clock: object, content: Path) -> Sync:
    """Give the mechanism over a folder, its blobs beside it."""
    return Sync(database, clock, content, Blobs(content.parent / "blobs"))  # type: ignore[arg-type]
