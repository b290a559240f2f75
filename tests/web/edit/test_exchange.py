"""In and out on a page: a file is shown as a plan, nothing is saved before somebody says yes."""

import re
from pathlib import Path
from typing import Any

import pytest
from httpx import Response
from sqlalchemy import select
from sqlalchemy.orm import Session

from kb_service.base.errors import KbError, Kind
from kb_service.base.outbox import Job
from kb_service.base.permissions import Role
from kb_service.handbook import queries
from kb_service.handbook.acts import edit, sharing
from kb_service.handbook.tables import Item, Revision
from tests.handbook import make as handbook
from tests.handbook.exchange import make
from tests.service import Service
from tests.web.people_site import BASE, Site, csrf_of
from tests.web.read import remarks
from tests.web.test_desk import look

TABLE = "Вопрос;Ответ\n{}".format(
    "".join(f"Что делать в случае {n}?;Так {n}.\n" for n in range(60))
)
PAGE = "/edit/exchange"


def send(site: Site, name: str, data: bytes, **fields: str) -> Response:
    """Send a file by the form of the page."""
    values: dict[str, Any] = {"csrf": csrf_of(site.get(PAGE)), **fields}
    return site.client.post(
        PAGE,
        data=values,
        files={"file": (name, data)},
        headers={"origin": BASE},
        follow_redirects=False,
    )


def decide(site: Site, address: str, do: str, **fields: str) -> Response:
    page = site.get(address)
    mark = re.search(r'name="plan" value="(\w+)"', page.text)
    data = {"csrf": csrf_of(page), "do": do, "plan": mark[1] if mark else "", **fields}
    return site.post(address.split("?", maxsplit=1)[0], data)


def paths(site: Site) -> list[str]:
    with site.work() as work:
        return sorted(work.session.scalars(select(Item.path)))


def let_go(site: Site) -> None:
    """Do the job behind the commit, which lets the file go."""
    with site.work() as work:
        job = work.session.scalars(select(Job).where(Job.kind == "uploads.forget")).one()
        site.house.kinds()[job.kind](work, **job.payload)


@pytest.fixture
def rita(site: Site) -> Site:
    site.account("rita", Role.REVIEWER)
    site.sign_in("rita")
    return site


@pytest.mark.parametrize("path", [PAGE, f"{PAGE}/{'a' * 32}", f"{PAGE}/out/zip", f"/en{PAGE}"])
def test_a_visitor_signs_in_first_and_an_operator_may_not_come_in(
    reading: Service, path: str
) -> None:
    assert look(reading, path, "").status_code in (303, 401)
    assert look(reading, path, "olga").status_code == 403


def test_an_operator_may_not_send_a_file(site: Site) -> None:
    site.account("olga", Role.OPERATOR)
    site.sign_in("olga")
    page = site.get("/desk/password")
    sent = site.client.post(
        PAGE, data={"csrf": csrf_of(page)}, files={"file": ("q.csv", b"title\nA\n")},
        headers={"origin": BASE},
    )  # fmt: skip
    assert sent.status_code == 403


@pytest.mark.parametrize(
    ("name", "data", "sentence"),
    [
        ("h.zip", make.zipped({"../evil.md": b"x"}), "Недопустимое название файла в архиве"),
        ("q.csv", b"color\nred\n", "нет столбца «Вопрос»"),
        ("q.exe", b"MZ", "Такой файл загрузить нельзя"),
        ("p.json", b"{}", "не выгрузка collective.exportimport"),
    ],
    ids=make.no_bytes,
)
def test_a_file_that_is_not_taken_is_told_at_its_field(
    rita: Site, name: str, data: bytes, sentence: str
) -> None:
    waiting = list(Path(rita.house.uploads.folder).glob("*.part"))
    answer = send(rita, name, data)
    assert answer.status_code == 400
    assert sentence in answer.text
    assert 'aria-invalid="true"' in answer.text
    assert remarks(answer.text) == []
    assert list(Path(rita.house.uploads.folder).glob("*.part")) == waiting


def test_a_form_without_a_file_and_a_file_that_is_too_large_are_refused(rita: Site) -> None:
    empty = rita.post(PAGE, {"csrf": csrf_of(rita.get(PAGE))})
    assert (empty.status_code, "Выберите файл." in empty.text) == (400, True)
    assert send(rita, "q.csv", b"x" * (34 * 1024 * 1024)).status_code == 413


def test_a_file_of_too_many_entries_is_for_the_command_line(rita: Site) -> None:
    many = "title\n" + "".join(f"q{number}\n" for number in range(2_001))
    answer = send(rita, "q.csv", many.encode())
    assert (answer.status_code, "kb import" in answer.text) == (400, True)


def test_a_plan_is_shown_and_nothing_is_saved_until_yes(rita: Site) -> None:
    before = paths(rita)
    plan = send(rita, "q.csv", TABLE.encode("cp1251")).headers["location"]
    page = rita.get(plan)
    assert page.status_code == 200
    assert remarks(page.text) == []
    assert "Загрузить 61 запись" in page.text
    assert "q.csv:2" in page.text
    assert paths(rita) == before
    half = decide(rita, plan, "apply")
    assert "Загружено 50 записей. Осталось 11." in half.text
    assert "data-goes-on" in half.text
    whole = decide(rita, plan, "apply", before="50")
    assert "Загружена 61 запись." in whole.text
    assert "data-goes-on" not in whole.text
    assert len(paths(rita)) == len(before) + 61
    let_go(rita)
    assert rita.get(plan).status_code == 404


def test_a_yes_to_a_plan_that_is_out_of_date_saves_nothing_and_shows_the_present_one(
    rita: Site,
) -> None:
    with rita.work() as work:
        uid = handbook.question(work, handbook.topic(work), "Кто меняет?", code="M01")
        text = queries.for_editing(work, uid=uid).text
    table = "Код;Вопрос;Ответ\nM01;Кто меняет?;Ответ из файла.\n"
    plan = send(rita, "q.csv", table.encode()).headers["location"]
    seen = re.search(r'name="plan" value="(\w+)"', rita.get(plan).text)
    assert seen is not None
    with rita.work() as work:
        edit.save(work, uid, text.replace("Для своих", "Только своим"))
    answer = decide(rita, plan, "apply", plan=seen[1])
    assert answer.status_code == 409
    assert "План устарел." in answer.text
    assert "из файла" in answer.text
    assert remarks(answer.text) == []
    with rita.work() as work:
        assert "Только своим" in queries.for_editing(work, uid=uid).text
    assert "Загружена 1 запись." in decide(rita, plan, "apply").text
    with rita.work() as work:
        assert "Только своим" in queries.for_editing(work, uid=uid).text


def test_what_changes_is_shown_word_by_word_and_what_is_refused_with_its_reason(rita: Site) -> None:
    with rita.work() as work:
        handbook.question(work, handbook.topic(work), "Кто меняет?", code="M01")
    table = "Код;Вопрос;Ответ;Проверено\nM01;Кто меняет?;Ответ для всех: ветер.;\n;Б?;;вчера\n"
    plan = send(rita, "q.csv", table.encode()).headers["location"]
    page = rita.get(plan).text
    assert re.search(r"<del>светлячок</del><ins>ветер</ins>", page)
    refused = rita.get(f"{plan}?show=refused").text
    assert "q.csv:D3" in refused
    assert "Это не дата: вчера." in refused


def test_a_file_is_there_until_what_was_made_of_it_is_kept(
    rita: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    plan = send(rita, "q.csv", TABLE.encode()).headers["location"]
    assert decide(rita, plan, "apply").status_code == 200
    data = {"csrf": csrf_of(rita.get(plan)), "do": "apply"}

    def broken(_session: Session) -> None:
        raise KbError("database.busy", Kind.UNAVAILABLE)

    with monkeypatch.context() as patch:
        patch.setattr(Session, "commit", broken)
        assert rita.post(plan.split("?", maxsplit=1)[0], data).status_code == 503
    before = len(paths(rita))
    assert decide(rita, plan, "apply").status_code == 200
    assert len(paths(rita)) == before + 11
    let_go(rita)
    assert rita.get(plan).status_code == 404


def test_a_file_that_is_given_up_or_is_somebody_elses_is_gone(rita: Site) -> None:
    plan = send(rita, "q.csv", TABLE.encode()).headers["location"]
    rita.account("elena", Role.EDITOR)
    rita.forget()
    rita.sign_in("elena")
    assert rita.get(plan).status_code == 404
    rita.forget()
    rita.sign_in("rita")
    assert decide(rita, plan, "drop").status_code == 303
    assert rita.get(plan).status_code == 404


def test_an_editor_of_one_topic_brings_in_what_belongs_there_alone(site: Site) -> None:
    with site.work() as work:
        own, _other = (handbook.topic(work, name=name) for name in ("own", "foreign"))
    site.account("olga", Role.OPERATOR)
    with site.work() as work:
        sharing.share(work, own, roles={("user", "olga"): [Role.EDITOR]})
    site.sign_in("olga")
    table = "Вопрос;Тема\nСвой?;/own\nЧужой?;/foreign\n"
    plan = send(site, "q.csv", table.encode()).headers["location"]
    assert "У вас нет права на это" in site.get(f"{plan}?show=refused").text
    decide(site, plan, "apply")
    assert [path for path in paths(site) if path.startswith(("/own/", "/foreign/"))] == [
        "/own/svoi"
    ]
    with site.work() as work:
        row = work.session.scalars(select(Revision).where(Revision.author == "olga")).one()
        assert row.comment == "import: q.csv"


@pytest.mark.parametrize(
    ("form", "starts"), [("zip", b"PK"), ("csv", b"\xef\xbb\xbf"), ("xlsx", b"PK")]
)
def test_the_handbook_is_taken_out_as_a_file_to_keep(rita: Site, form: str, starts: bytes) -> None:
    answer = rita.get(f"{PAGE}/out/{form}")
    assert answer.status_code == 200
    assert answer.content.startswith(starts)
    assert (
        f'attachment; filename="handbook-2026-11-24.{form}"'
        == answer.headers["content-disposition"]
    )
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert rita.get(f"{PAGE}/out/exe").status_code == 400
