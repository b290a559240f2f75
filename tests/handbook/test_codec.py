"""Documents as text and as objects: nothing is lost, mistakes are named with their line."""

from datetime import UTC, date, datetime, timedelta, timezone
from pathlib import Path

import pytest

from kb_service.base.errors import KbError
from kb_service.handbook import codec
from kb_service.handbook.schemas import (
    Action,
    Page,
    Source,
    StandardQuestion,
    State,
)

DATA = Path(__file__).parent.parent / "data" / "handbook"
UID = "0198f3c2a1b07c3e9d5a4b6c7d8e9f00"
TITLE = "type: Page\ntitle: Т\n"


def document(front: str, body: str = "Текст.\n") -> str:
    return f"---\n{front}---\n{body}"


REFUSED = [
    pytest.param("Текст без начала", "document.front_missing", 1, None, id="no front matter"),
    pytest.param("", "document.front_missing", 1, None, id="empty"),
    pytest.param("---", "document.front_missing", 1, None, id="one line only"),
    pytest.param("----\ntype: Page\n---\n", "document.front_missing", 1, None, id="four dashes"),
    pytest.param("---\ntype: Page\n", "document.front_unclosed", 1, None, id="not closed"),
    pytest.param(document(""), "document.type_missing", 1, None, id="empty front"),
    pytest.param(document("# only a remark\n"), "document.type_missing", 1, None, id="remark"),
    pytest.param(document("title: Т\n"), "document.type_missing", 1, None, id="no type"),
    pytest.param(document("type:\ntitle: Т\n"), "document.type_missing", 1, None, id="bare type"),
    pytest.param(document("type: Ticket\n"), "document.type_unknown", 2, None, id="unknown type"),
    pytest.param(document("type: [Page]\n"), "document.field_wrong", 2, "type", id="list as type"),
    pytest.param(document("type: Page\n"), "document.title_missing", 1, None, id="no title"),
    pytest.param(document("type: Page\ntitle: ''\n"), "document.title_missing", 3, None, id="''"),
    pytest.param(document("type: Page\ntitle: ' '\n"), "document.title_missing", 3, None, id="' '"),
    pytest.param(document("type: Page\ntitle: ~\n"), "document.title_missing", 3, None, id="null"),
    pytest.param(
        document('type: Page\ntitle: "а\\nб"\n'), "document.field_wrong", 3, "title", id="two lines"
    ),
    pytest.param(
        document("type: Page\ntitle: [а]\n"), "document.field_wrong", 3, "title", id="title list"
    ),
    pytest.param(
        document(TITLE + "state: open\n"), "document.field_wrong", 4, "state", id="unknown state"
    ),
    pytest.param(document(TITLE + "uid: 12\n"), "document.field_wrong", 4, "uid", id="bad uid"),
    pytest.param(
        document(TITLE + "valid_from: 2026-02-30\n"),
        "document.field_wrong",
        4,
        "valid_from",
        id="no such day",
    ),
    pytest.param(
        document(TITLE + "checked: true\n"), "document.field_wrong", 4, "checked", id="checked true"
    ),
    pytest.param(
        document(TITLE + "checked: yes\n"), "document.field_wrong", 4, "checked", id="checked yes"
    ),
    pytest.param(
        document(TITLE + "publish_at: soon\n"),
        "document.field_wrong",
        4,
        "publish_at",
        id="no moment",
    ),
    pytest.param(
        document(TITLE + "publish_at: 7\n"), "document.field_wrong", 4, "publish_at", id="a number"
    ),
    pytest.param(
        document(TITLE + "tags: словом\n"), "document.field_wrong", 4, "tags", id="word for list"
    ),
    pytest.param(
        document(TITLE + "sources:\n  - {clause: 1}\n"),
        "document.field_wrong",
        4,
        "sources",
        id="source without act",
    ),
    pytest.param(
        document(TITLE + "audience: all\n"), "document.field_wrong", 4, "audience", id="audience"
    ),
    pytest.param(
        document(TITLE + "order: первый\n"), "document.field_wrong", 4, "order", id="order"
    ),
    pytest.param(document(TITLE + "title: Ещё\n"), "document.key_twice", 4, None, id="key twice"),
    pytest.param(
        document(TITLE + "sources:\n  - act: а\n    act: б\n"),
        "document.key_twice",
        6,
        None,
        id="inner key twice",
    ),
    pytest.param(
        document(TITLE + "tags: &a [x]\nrelated: *a\n"), "document.yaml_alias", 4, None, id="anchor"
    ),
    pytest.param(
        document(TITLE + "owner: !!python/name:os.system x\n"),
        "document.yaml_tag",
        4,
        None,
        id="python tag",
    ),
    pytest.param(document(TITLE + "x: [[[[[[1]]]]]]\n"), "document.yaml_deep", 4, None, id="deep"),
    pytest.param(
        document(TITLE + f"x: [{'1,' * 6000}]\n"), "document.yaml_deep", 4, None, id="many nodes"
    ),
    pytest.param(document(TITLE + "x: [1\n"), "document.yaml", 5, None, id="open bracket"),
    pytest.param(document(TITLE + "x: a: b\n"), "document.yaml", 4, None, id="two colons"),
    pytest.param(document(TITLE + "\tx: 1\n"), "document.yaml", 4, None, id="tab"),
    pytest.param(document(TITLE + "? [a]\n: b\n"), "document.yaml", 4, None, id="list as key"),
    pytest.param(
        document("# замечание\n" + TITLE + "owner: а\x01\n"), "document.yaml", 5, None, id="control"
    ),
    pytest.param(document(TITLE + "%x: 1\n@y: 2\n"), "document.yaml", 4, None, id="odd start"),
    pytest.param(document("{type: Page, title: Т}\n"), "document.front_style", 2, None, id="flow"),
    pytest.param(document("- type\n"), "document.front_style", 2, None, id="list"),
    pytest.param(document("слово\n"), "document.front_style", 2, None, id="a word"),
    pytest.param(document("  type: Page\n"), "document.front_style", 2, None, id="indented"),
    pytest.param(document(TITLE + "...\nx: 1\n"), "document.yaml", 5, None, id="second document"),
    pytest.param(document(TITLE, "а\n\0"), "document.not_text", 6, None, id="NUL"),
    pytest.param(
        document(TITLE + 'owner: "\\0"\n'), "document.not_text", 4, None, id="escaped NUL"
    ),
    pytest.param(document(TITLE + 'x: "\\ud800"\n'), "document.yaml", 4, None, id="escaped half"),
    pytest.param(document(TITLE, "а\n\ud800"), "document.not_text", 6, None, id="half a letter"),
    pytest.param(document(TITLE, "я" * 140_000), "document.too_large", 1, None, id="too large"),
    pytest.param(document(TITLE, "я" * 280_000), "document.too_large", 1, None, id="far too large"),
]


@pytest.mark.parametrize(("text", "code", "line", "field"), REFUSED)
def test_a_mistake_is_named_with_its_place(
    text: str, code: str, line: int, field: str | None
) -> None:
    with pytest.raises(KbError) as caught:
        codec.decode(text, path="a/b.md")
    error = caught.value
    assert (error.code, error.params["line"], error.params["path"]) == (code, line, "a/b.md")
    assert error.params.get("field") == field


def test_all_wrong_fields_are_named_at_once() -> None:
    with pytest.raises(KbError) as caught:
        codec.decode(document(TITLE + "order: x\ntags: y\n"))
    assert {one.field for one in caught.value.fields} == {"order", "tags"}


def test_bytes_must_be_utf8() -> None:
    with pytest.raises(KbError) as caught:
        codec.decode_bytes("---\ntype: Page\ntitle: Т\n---\nтекст".encode("cp1251"), path="x.md")
    assert caught.value.code == "document.not_text"
    assert caught.value.params["line"] == 3
    with pytest.raises(KbError, match=r"document\.too_large"):
        codec.decode_bytes(b" " * 300_000)


def test_a_mark_and_foreign_line_ends_are_taken() -> None:
    text = document(TITLE + "tags: [а]\n", "Раз\n\nДва\n")
    typed = "\ufeff" + text.replace("\n", "\r\n").replace("---\r\n", "--- \t\r\n")
    assert codec.encode(codec.decode_bytes(typed.encode())) == text
    assert codec.decode(text.replace("\n", "\r")).body == "Раз\n\nДва\n"


def test_only_type_and_title_are_needed() -> None:
    made = codec.decode(document(TITLE))
    assert (made.uid, made.state, made.extra, made.body) == ("", State.PRIVATE, {}, "Текст.\n")
    assert made.content == Page(title="Т")


@pytest.mark.parametrize(("typed", "meant"), [("Document", "Page"), ("Folder", "Topic")])
def test_plones_names_of_types_are_taken(typed: str, meant: str) -> None:
    text = document(f"type: {typed}\ntitle: Т\n")
    made = codec.decode(text)
    assert (made.type, codec.encode(made)) == (meant, text)


def test_text_stays_text_without_quotes() -> None:
    front = (
        "type: StandardQuestion\ntitle: 112\ncode: 010\nowner: no\ntags: [1.10, 2026-01-01, on]\n"
    )
    made = codec.decode(document(front + "sources:\n  - {act: 442, clause: 1e3}\n")).content
    assert isinstance(made, StandardQuestion)
    assert (made.title, made.code, made.owner) == ("112", "010", "no")
    assert made.tags == ["1.10", "2026-01-01", "on"]
    assert made.sources == [Source(act="442", clause="1e3")]


def test_a_key_without_a_value_is_as_good_as_none() -> None:
    made = codec.decode(document(TITLE + "tags:\norder: ~\nowner: null\nvalid_to:\n"))
    assert made.content == Page(title="Т")


MOMENTS = [
    ("2026-12-01", datetime(2026, 11, 30, 21, tzinfo=UTC)),
    ("2026-12-01 09:30", datetime(2026, 12, 1, 6, 30, tzinfo=UTC)),
    ("2026-12-01T09:30:00Z", datetime(2026, 12, 1, 9, 30, tzinfo=UTC)),
    ("2026-12-01 09:30:00 +10:00", datetime(2026, 11, 30, 23, 30, tzinfo=UTC)),
    ("'2026-12-01T09:30:00+10:00'", datetime(2026, 11, 30, 23, 30, tzinfo=UTC)),
]


@pytest.mark.parametrize(("typed", "moment"), MOMENTS)
def test_a_moment_without_an_offset_is_company_time(typed: str, moment: datetime) -> None:
    made = codec.decode(document(TITLE + f"publish_at: {typed}\n"))
    assert made.content.publish_at == moment
    elsewhere = codec.decode(
        document(TITLE + "publish_at: 2026-12-01\n"), zone=timezone(timedelta(hours=10))
    )
    assert elsewhere.content.publish_at == datetime(2026, 11, 30, 14, tzinfo=UTC)


def test_unknown_keys_are_kept_with_their_meaning() -> None:
    text = document(TITLE + "mood: {good: true, at: 2026-01-02, no: 1}\n")
    made = codec.decode(text)
    assert made.extra == {"mood": {"good": True, "at": date(2026, 1, 2), "no": 1}}
    assert codec.encode(made) == text
    assert codec.encode(codec.edited(made, owner="x")).count("mood: {good: true") == 1


@pytest.mark.parametrize("name", ["kto-platit-za-zamenu-schetchika", "oplatit-bez-komissii"])
def test_a_shipped_document_comes_back_letter_for_letter(name: str) -> None:
    text = (DATA / f"{name}.md").read_text(encoding="utf-8")
    made = codec.decode(text)
    bare = codec.revision_text(made)
    assert codec.encode(made) == text
    assert "\nuid:" not in bare
    assert "\nstate:" not in bare
    assert codec.with_identity(bare, made.uid, made.state) == text
    assert codec.with_identity(text, made.uid, made.state) == text


def test_taking_the_identity_out_touches_no_other_line() -> None:
    front = (
        "# начало\ntype: Page   # тип\n\nuid: " + UID + "\ntitle: >-\n  Длинное\n  имя\n"
        "description: |\n  uid: не ключ\n\n  state: тоже\nstate: published\n# конец\n"
        "tags: [а,\n  б]\n"
    )
    made = codec.decode(document(front, "---\nuid: тело\n"))
    kept = front.replace(f"uid: {UID}\n", "").replace("state: published\n", "")
    assert codec.revision_text(made) == document(kept, "---\nuid: тело\n")
    back = codec.with_identity(codec.revision_text(made), UID, State.PUBLISHED)
    assert codec.decode(back).content == made.content


def test_a_place_among_neighbours_is_no_part_of_a_revision() -> None:
    text = document("type: Page\ntitle: Т\norder: 10.0   # десятый\ntags: [а]\n", "order: 5\n")
    made = codec.decode(text)
    bare = document("type: Page\ntitle: Т\ntags: [а]\n", "order: 5\n")
    assert codec.revision_text(made) == bare
    assert codec.typed_text(made) == text
    assert codec.with_order(text, None) == codec.with_order(bare, None) == bare
    assert codec.with_order(bare, 2.5) == document(
        "type: Page\ntitle: Т\ntags: [а]\norder: 2.5\n", "order: 5\n"
    )
    assert codec.decode(codec.with_identity(text, UID, State.PRIVATE)).content.order is None


def test_the_identity_goes_where_the_handbook_has_it() -> None:
    text = document("type: StandardQuestion\ncode: M01\ntitle: Т\nwordings: [а]\nowner: x\n")
    made = codec.with_identity(text, UID, State.PENDING)
    keys = [line.split(":")[0] for line in made.split("\n")[1:8]]
    assert keys == ["type", "uid", "code", "title", "wordings", "state", "owner"]
    assert codec.with_identity(text, "", State.PRIVATE).count("uid") == 0


def test_encode_says_the_uid_and_state_of_the_object() -> None:
    made = codec.decode(document(TITLE))
    made.uid, made.state = UID, State.PUBLISHED
    assert codec.encode(made) == document(f"type: Page\nuid: {UID}\ntitle: Т\nstate: published\n")


def test_a_new_document_is_written_as_the_handbooks_own() -> None:
    content = StandardQuestion(
        title="Кто: платит?",
        code="M01",
        wordings=["за чей счёт", "- платно"],
        description="Раз.\nДва.\n",
        publish_at=datetime(2026, 12, 1, 9, tzinfo=timezone(timedelta(hours=3))),
        checked=date(2026, 11, 20),
        sources=[Source(act="№ 442: п. 1", clause="136")],
        related=["/a/b", "/c"],
        order=20,
        actions=[Action("Звонок", "tel:{{ company.phone }}")],
    )
    text = codec.encode(codec.new("StandardQuestion", content, "Тело\n", uid=UID))
    assert text == document(
        f"""type: StandardQuestion
uid: {UID}
code: M01
title: 'Кто: платит?'
wordings:
  - за чей счёт
  - '- платно'
description: |
  Раз.
  Два.
state: private
publish_at: 2026-12-01T09:00:00+03:00
checked: 2026-11-20
sources:
  - act: '№ 442: п. 1'
    clause: '136'
related: [/a/b, /c]
order: 20
actions:
  - {{label: Звонок, url: 'tel:{{{{ company.phone }}}}'}}
""",
        "Тело\n",
    )
