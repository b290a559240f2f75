"""A wording more, by one act: what is refused, what goes live, what waits."""

import pytest
from sqlalchemy import select

from kb_service.base.audit import AuditRow
from kb_service.base.errors import KbError
from kb_service.base.permissions import Actor
from kb_service.base.work import Work
from kb_service.handbook import codec, queries
from kb_service.handbook.acts import edit, sheets, workflow
from kb_service.handbook.acts.wordings import add_wording
from kb_service.handbook.rules.drafts import Place
from kb_service.handbook.wordings import with_wording
from tests.conftest import WorkAs
from tests.handbook import make
from tests.persons import ANNA, ELENA, OLGA, RITA, VERA

WORDING = "светобокс мигает"


def asked(work: Work) -> str:
    return make.question(
        work, make.topic(work), "Почему мигает свет?", name="flash", wordings=["свет дёргается"]
    )


def wordings(work: Work, *, live: bool) -> list[str]:
    view = queries.for_editing(work, path="/meters/flash")
    if not live:
        return codec.decode(view.text).content.wordings  # type: ignore[attr-defined]
    (entry,) = queries.index_entries(work, [view.uid])
    return entry.wordings


@pytest.mark.parametrize(
    ("actor", "code"), [(VERA, "session.needed"), (OLGA, "act.forbidden")], ids=["visitor", "desk"]
)
def test_who_does_not_edit_adds_no_wording(work_as: WorkAs, actor: Actor, code: str) -> None:
    with work_as(RITA) as work:
        uid = asked(work)
    with work_as(actor) as work, pytest.raises(KbError) as raised:
        add_wording(work, uid, WORDING)
    assert raised.value.code == code


@pytest.mark.parametrize(
    ("wording", "code"),
    [
        ("  ", "wording.empty"),
        ("?!", "wording.empty"),
        ("а" * 201, "wording.too_long"),
        ("Свет  ДЁРГАЕТСЯ!", "wording.exists"),
        ("почему мигает свет", "wording.exists"),
    ],
)
def test_what_is_no_further_wording_is_refused(work_as: WorkAs, wording: str, code: str) -> None:
    with work_as(RITA) as work:
        uid = asked(work)
        with pytest.raises(KbError) as raised:
            add_wording(work, uid, wording)
    assert raised.value.code == code


def test_only_a_question_has_wordings(work_as: WorkAs) -> None:
    with work_as(RITA) as work, pytest.raises(KbError, match=r"wording\.unfit"):
        add_wording(work, make.topic(work), WORDING)


def test_a_text_somebody_saved_meanwhile_is_not_overwritten(work_as: WorkAs) -> None:
    with work_as(RITA) as work:
        uid = asked(work)
        with pytest.raises(KbError, match=r"item\.stale"):
            add_wording(work, uid, WORDING, based_on=7)


def test_it_goes_live_where_the_actor_publishes(work_as: WorkAs) -> None:
    with work_as(RITA) as work:
        uid = asked(work)
        add_wording(work, uid, f" {WORDING} ", comment="Из поиска")
        assert wordings(work, live=True) == ["свет дёргается", WORDING]
    with work_as(RITA) as work:
        rows = work.session.scalars(select(AuditRow).where(AuditRow.act == "item.add_wording"))
        assert [(row.actor, row.object_uid, row.reason) for row in rows] == [
            (RITA.login, uid, "Из поиска")
        ]


def test_an_editors_wording_waits(work_as: WorkAs) -> None:
    with work_as(RITA) as work:
        uid = asked(work)
    with work_as(ELENA) as work:
        add_wording(work, uid, WORDING)
        assert wordings(work, live=True) == ["свет дёргается"]
        assert WORDING in wordings(work, live=False)


def test_with_four_eyes_it_waits_for_the_second_pair(work_as: WorkAs) -> None:
    with work_as(RITA) as work:
        uid = asked(work)
    with work_as(ANNA) as work:
        sheets.save(work, "company", "short_name: Тест\nrules: {four_eyes: true}\n")
    with work_as(RITA) as work:
        add_wording(work, uid, WORDING)
        assert wordings(work, live=True) == ["свет дёргается"]
        assert queries.for_editing(work, uid=uid).draft == "pending"


def test_an_unfinished_text_stays_unfinished(work_as: WorkAs) -> None:
    with work_as(RITA) as work:
        uid = asked(work)
        text = queries.for_editing(work, uid=uid).text
        edit.save(work, uid, text.replace("Ответ для всех", "Ответ не готов"))
        add_wording(work, uid, WORDING)
        view = queries.for_editing(work, uid=uid)
        assert "не готов" in view.text
        assert WORDING in view.text
        assert view.live < view.number


def test_the_foretold_entry_is_the_one_that_publishing_gives(work_as: WorkAs) -> None:
    with work_as(RITA) as work:
        uid = asked(work)
        text = with_wording(queries.for_editing(work, uid=uid).text, WORDING)
        foretold = queries.entry_if_published(work, Place(uid=uid), text)
        add_wording(work, uid, WORDING)
        (real,) = queries.index_entries(work, [uid])
    for name in real.__struct_fields__:
        if name not in ("seq", "modified", "effective"):
            assert getattr(foretold, name) == getattr(real, name), name


def test_a_new_question_is_foretold_as_it_would_be_published(work_as: WorkAs) -> None:
    text = make.question_text("Где мой счёт?", wordings=["нет квитанции"], code="Q07")
    with work_as(RITA) as work:
        topic = make.topic(work)
        place = Place(type="StandardQuestion", parent=topic)
        foretold = queries.entry_if_published(work, place, text)
        uid = edit.create(work, topic, text)
        workflow.publish(work, uid)
        (real,) = queries.index_entries(work, [uid])
    for name in real.__struct_fields__:
        if name not in ("uid", "seq", "modified", "effective"):
            assert getattr(foretold, name) == getattr(real, name), name
