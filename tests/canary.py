"""Canary words: content of every hidden kind, each field with a word that must never come out.

Hidden items that are asked for directly have plain names, since an error repeats the address; one
more of each kind has a canary for its name and is never asked for.
"""

from datetime import UTC, datetime, timedelta
from typing import Any

from kb_service.base.clock import SetClock
from kb_service.base.ids import Uid, new_uid
from kb_service.base.permissions import Actor, Role
from kb_service.base.work import Work
from kb_service.handbook import codec, queries
from kb_service.handbook.acts import aliases, drafts, edit, locks, remarks, workflow
from kb_service.handbook.rules.drafts import Place
from kb_service.handbook.schemas import Action, Source, StandardQuestion, Topic

NOON = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)
KINDS = (
    "private", "pending", "staff", "expired", "coming", "retracted", "trashed", "archived",
    "once-staff", "draft-beside", "parts",
)  # fmt: skip
# What stands beside items: said of them, typed and not saved, who is writing, old addresses.
BESIDE = ("remark", "unsaved", "lock", "alias")
# Of these the newest public text is open; the words of something else must stay in.
OPEN_KINDS = ("once-staff", "draft-beside", "parts")
FIELDS = (
    "title", "description", "wording", "body", "staff", "letter", "tag", "owner", "source", "note",
    "action", "comment", "hint", "extra", "name", "moved",
)  # fmt: skip
# Letters that no other text has, in both alphabets, since the two are read differently.
STEM = {"latin": "zqxkw", "cyrillic": "щъфьжы"}
_CODES = "ABCDEFGHIJKLMNO"


def canary(kind: str, field: str, script: str = "latin") -> str:
    """Give the word of one field of one kind; no word is the beginning of another."""
    number = (*KINDS, *BESIDE).index(kind) * len(FIELDS) + FIELDS.index(field)
    if script == "latin":
        tail = "".join(chr(ord("a") + int(digit)) for digit in f"{number:03}")
        return STEM["latin"] + tail + "vex"
    tail = "".join("абвгдежзик"[int(digit)] for digit in f"{number:03}")
    return STEM["cyrillic"] + tail + "лум"


def words(kind: str, field: str) -> str:
    """Give both words of a field."""
    return f"{canary(kind, field)} {canary(kind, field, 'cyrillic')}"


def all_words() -> dict[str, str]:
    """Give every canary word with what it stands for."""
    return {
        canary(kind, field, script): f"{kind}.{field}"
        for kind in (*KINDS, *BESIDE)
        for field in FIELDS
        for script in STEM
    }


def whole(kind: str, *, is_open: bool = False) -> str:
    """Give a document with a canary in each field; an open one in its hidden parts alone."""
    hidden = not is_open
    # Each names the others: a relation must not tell the title of what it leads to or from.
    related = [f"/weather/{one}" for one in KINDS if one != kind]
    front: dict[str, Any] = {"title": "Открытый вопрос про погоду", "related": related}
    if hidden:
        front = {
            "related": related,
            "title": words(kind, "title"),
            "description": words(kind, "description"),
            "wordings": [words(kind, "wording")],
            "tags": [canary(kind, "tag")],
            "owner": canary(kind, "owner"),
            "sources": [Source(act=words(kind, "source"), note=canary(kind, "note"))],
            "actions": [Action(words(kind, "action"), "/" + canary(kind, "action"))],
        }
    body = (
        f"{words(kind, 'body') if hidden else 'Погода хорошая.'}\n\n"
        f"<!-- {words(kind, 'comment')} -->\n\n[//]: # ({words(kind, 'hint')})\n\n"
        f"::: staff\n{words(kind, 'staff')}\n:::\n\n::: letter\n{words(kind, 'letter')}\n:::\n"
    )
    code = f"C{KINDS.index(kind):02}{'N' if is_open else 'H'}"
    document = codec.new("StandardQuestion", StandardQuestion(code=code, **front), body)
    text = codec.revision_text(document)
    # A key that nothing knows, and a remark in the front matter.
    return text.replace("---\n", f"---\n# {canary(kind, 'extra')}\n", 1)


def fill(work: Work, clock: SetClock) -> None:
    """Make a topic with one item of each kind, and a topic that is hidden itself."""
    root = edit.plant(work)
    topic = _live(work, root, codec.new("Topic", Topic(title="Погода"), ""), "weather")
    _item(work, topic, "private")
    workflow.submit(work, _item(work, topic, "pending"))
    for kind, change in (
        ("staff", {"audience": "staff"}),
        ("expired", {"expires_at": NOON - timedelta(days=1)}),
        ("coming", {"publish_at": NOON + timedelta(days=1)}),
    ):
        workflow.publish(work, _item(work, topic, kind, **change))
    for kind, act in (
        ("retracted", workflow.retract), ("trashed", edit.trash), ("archived", workflow.archive),
    ):  # fmt: skip
        uid = _item(work, topic, kind)
        workflow.publish(work, uid)
        act(work, uid)
    _open_ones(work, topic)
    hidden = edit.create(
        work,
        root,
        codec.revision_text(codec.new("Topic", Topic(title=words("private", "title")), "")),
        name="hidden",
    )
    _live(work, hidden, _document(whole("parts", is_open=True).replace("C10N", "C10T")), "below")
    _old_addresses(work, topic)
    for path in ("/weather/parts", "/weather/draft-beside", "/weather/private"):
        _beside(work, queries.for_editing(work, path=path).uid)


def _open_ones(work: Work, topic: Uid) -> None:
    """Make items whose present text is open, with something hidden before, beside or within."""
    clock = work.clock
    assert isinstance(clock, SetClock)
    before = _item(work, topic, "once-staff", audience="staff")
    work.now = NOON - timedelta(days=30)
    workflow.publish(work, before)
    work.now = NOON - timedelta(days=2)
    edit.save(work, before, whole("once-staff", is_open=True), goes_live=True)
    work.now = NOON
    beside = edit.create(work, topic, whole("draft-beside", is_open=True), name="draft-beside")
    workflow.publish(work, beside)
    edit.save(work, beside, whole("draft-beside"))
    within = edit.create(work, topic, whole("parts", is_open=True), name="parts")
    workflow.publish(work, within)


def _old_addresses(work: Work, topic: Uid) -> None:
    """Let a plain old address lead to a hidden item with a canary for its name."""
    uid = edit.create(work, topic, whole("private").replace("C00H", "C00M"), name="old-address")
    edit.move(work, uid, topic, name=canary("private", "moved"))


def _beside(work: Work, uid: Uid) -> None:
    """Leave at an item what only those who write it may know."""
    system = work.actor
    login, name = canary("lock", "owner"), words("lock", "name")
    writer = Actor(login, name, frozenset({Role.REVIEWER}), uid=new_uid())
    work.as_actor(writer)
    first = remarks.add(work, uid, words("remark", "body"), quote=words("remark", "wording"))
    remarks.add(work, uid, words("remark", "comment"), reply_to=first)
    fields = {"title": words("unsaved", "title"), "public": words("unsaved", "body")}
    drafts.keep(work, Place(uid=uid), tab=canary("unsaved", "name"), based_on=1, fields=fields)
    locks.take(work, uid)
    work.as_actor(system)
    # What an open item was called before, and what leads to it, is for its editors.
    aliases.add(work, uid, [f"/weather/{canary('alias', 'name')}-{uid}"])


def _item(work: Work, topic: Uid, kind: str, **front: Any) -> Uid:
    named = edit.create(
        work,
        topic,
        _changed(whole(kind).replace("H\n", "K\n", 1), front),
        name=canary(kind, "name"),
    )
    if kind not in ("private", "pending"):
        workflow.publish(work, named)
    if kind in ("retracted", "trashed", "archived"):
        {"retracted": workflow.retract, "trashed": edit.trash, "archived": workflow.archive}[kind](
            work, named
        )
    return edit.create(work, topic, _changed(whole(kind), front), name=kind)


def _changed(text: str, front: dict[str, Any]) -> str:
    return codec.revision_text(codec.edited(codec.decode(text), **front))


def _document(text: str) -> codec.Document:
    return codec.decode(text)


def _live(work: Work, parent: Uid, document: codec.Document, name: str) -> Uid:
    uid = edit.create(work, parent, codec.revision_text(document), name=name)
    workflow.publish(work, uid)
    return uid
