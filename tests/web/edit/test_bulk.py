"""Many items over HTTP: told first, then begun, watched and stopped; refused first."""

import re
from html import unescape

import pytest
from httpx import Response

from kb_service.base.permissions import Role
from kb_service.handbook.tables import Item
from kb_service.worker import worker_of
from tests.handbook import make
from tests.web.edit.make import come, errors_at, form_of
from tests.web.people_site import Site, csrf_of
from tests.web.read import remarks

BULK = "/edit/bulk"


@pytest.fixture
def uids(site: Site) -> list[str]:
    """Three private questions and a live one, in a topic."""
    with site.work() as work:
        topic = make.topic(work)
        titles = ("Один?", "Два?", "Три?")
        found = [make.question(work, topic, title, live=False) for title in titles]
        return [*found, make.question(work, topic, "Жив?", name="live")]


def ask(site: Site, uids: list[str], do: str, **more: str) -> Response:
    data = {"csrf": csrf_of(site.get("/edit")), "uid": uids, "do": do, **more}
    return site.post(BULK, data)


def begin(site: Site, asked: Response) -> str:
    """Press the button under what would happen; give the address of the run."""
    fields = form_of(asked, BULK)
    answer = site.post(f"{BULK}/begin", fields)
    assert answer.status_code == 303, answer.text
    return str(answer.headers["location"])


def work_off(site: Site) -> None:
    worker_of(site.house).run_due({"handbook.bulk"})


def states(site: Site, uids: list[str]) -> list[str]:
    with site.work() as work:
        return [work.session.get_one(Item, uid).state for uid in uids]


def figures(answer: Response) -> dict[str, int]:
    found = re.findall(r'<p class="figure[^"]*"><b>(\d+)</b> ([^<]+)</p>', answer.text)
    return {unescape(words).strip(): int(count) for count, words in found}


@pytest.mark.parametrize("role", [None, Role.OPERATOR])
def test_it_is_for_editors(site: Site, uids: list[str], role: Role | None) -> None:
    if role:
        come(site, role, "olga")
    status = 403 if role else 303
    assert site.get(BULK).status_code == status
    token = csrf_of(site.get("/desk/password" if role else "/desk/sign-in"))
    for path in (BULK, f"{BULK}/begin", f"{BULK}/{'0' * 32}"):
        answer = site.post(path, {"csrf": token, "uid": uids, "do": "trash"})
        assert answer.status_code == status, path
    assert states(site, uids) == [*["private"] * 3, "published"]


def test_without_the_forms_token_nothing_begins(site: Site, uids: list[str]) -> None:
    come(site, Role.REVIEWER)
    fields = form_of(ask(site, uids, "publish"), BULK)
    assert site.post(f"{BULK}/begin", {**fields, "csrf": "x"}).status_code == 403


@pytest.mark.parametrize(
    ("do", "chosen", "status", "sentence"),
    [
        ("dance", True, 400, "Такого действия"),
        ("publish", False, 400, "Ничего не выбрано"),
    ],
)
def test_what_cannot_be_asked_is_told(
    site: Site, uids: list[str], do: str, status: int, sentence: str, *, chosen: bool
) -> None:
    come(site, Role.REVIEWER)
    answer = ask(site, uids if chosen else [], do)
    assert answer.status_code == status
    assert sentence in answer.text
    assert remarks(answer.text) == []


def test_what_would_happen_is_shown_and_nothing_is_done(site: Site, uids: list[str]) -> None:
    come(site, Role.REVIEWER)
    answer = ask(site, uids, "publish")
    assert answer.status_code == 200
    assert remarks(answer.text) == []
    assert figures(answer) == {"будет сделано": 3, "не получится": 1}
    assert "Опубликовать" in answer.text
    assert states(site, uids)[:3] == ["private"] * 3


def test_an_editor_is_told_what_they_may_not(site: Site, uids: list[str]) -> None:
    come(site, Role.EDITOR)
    answer = ask(site, uids, "publish")
    assert figures(answer) == {"будет сделано": 0, "не получится": 4}
    assert "/edit/bulk/begin" not in answer.text
    refused = site.post(f"{BULK}/begin", form_of(answer, BULK))
    assert refused.status_code == 403
    assert 'value="publish"' not in site.get("/edit").text


def test_a_step_runs_and_its_page_says_how_far(site: Site, uids: list[str]) -> None:
    come(site, Role.REVIEWER)
    run = begin(site, ask(site, uids, "publish"))
    before = site.get(run)
    assert remarks(before.text) == []
    assert "0 из 4" in before.text
    assert 'http-equiv="refresh"' in before.text
    assert 'data-run="on"' in before.text
    work_off(site)
    after = site.get(run)
    assert remarks(after.text) == []
    assert figures(after) == {"сделано": 3, "не получилось": 1}
    assert 'http-equiv="refresh"' not in after.text
    assert 'href="/edit/meters/live"' in after.text
    assert states(site, uids) == ["published"] * 4
    listed = site.get(BULK)
    assert remarks(listed.text) == []
    assert f'href="{run}"' in listed.text


def test_a_colleague_does_not_see_it(site: Site, uids: list[str]) -> None:
    come(site, Role.REVIEWER, "rita")
    run = begin(site, ask(site, uids, "publish"))
    site.forget()
    come(site, Role.EDITOR)
    assert site.get(run).status_code == 404
    token = csrf_of(site.get("/edit"))
    assert site.post(run, {"csrf": token, "do": "stop"}).status_code == 404
    site.forget()
    come(site, Role.ADMINISTRATOR, "anna")
    assert site.get(run).status_code == 200


def test_it_can_be_stopped(site: Site, uids: list[str]) -> None:
    come(site, Role.REVIEWER)
    run = begin(site, ask(site, uids, "publish"))
    assert site.send(run, run, {"do": "dance"}).status_code == 400
    assert site.send(run, run, {"do": "stop"}).headers["location"] == run
    work_off(site)
    page = site.get(run)
    assert remarks(page.text) == []
    assert "Остановлено" in page.text
    assert figures(page) == {"сделано": 0, "не тронуто": 4}
    assert states(site, uids)[:3] == ["private"] * 3


def test_what_a_step_needs_is_asked_for_first(site: Site, uids: list[str]) -> None:
    come(site, Role.REVIEWER)
    asked = ask(site, uids, "review")
    assert asked.status_code == 200
    assert errors_at(asked) == {}
    assert "/edit/bulk/begin" not in asked.text
    again = site.post(BULK, form_of(asked, BULK))
    assert again.status_code == 400
    assert "Заполните" in errors_at(again)["day"]
    told = site.post(BULK, form_of(asked, BULK) | {"day": "2027-03-01", "comment": "план"})
    assert figures(told) == {"будет сделано": 4}
    run = begin(site, told)
    work_off(site)
    assert figures(site.get(run)) == {"сделано": 4}
    assert "01.03.2027" in site.get(run).text
    with site.work() as work:
        assert str(work.session.get_one(Item, uids[3]).review_by) == "2027-03-01"


def test_an_owner_is_chosen_among_departments(site: Site, uids: list[str]) -> None:
    with site.work() as work:
        make.question(work, make.root(work), "Чей?", owner="Отдел сбыта")
    come(site, Role.EDITOR)
    asked = ask(site, uids, "owner")
    assert '<option value="Отдел сбыта">' in asked.text
    told = site.post(BULK, form_of(asked, BULK) | {"owner": "Отдел сбыта"})
    run = begin(site, told)
    work_off(site)
    assert figures(site.get(run)) == {"сделано": 4}
    with site.work() as work:
        assert work.session.get_one(Item, uids[0]).owner == "Отдел сбыта"
        # An editor's change of a live text waits for who publishes.
        assert work.session.get_one(Item, uids[3]).draft == "pending"


def test_a_topic_and_all_inside(site: Site, uids: list[str]) -> None:
    come(site, Role.REVIEWER)
    with site.work() as work:
        topic = work.session.get_one(Item, uids[0]).parent_uid or ""
    told = ask(site, [topic], "archive", deep="1")
    assert figures(told) == {"будет сделано": 5}
    run = begin(site, told)
    work_off(site)
    assert figures(site.get(run)) == {"сделано": 5}
    assert states(site, uids) == ["archived"] * 4


def test_the_tree_has_a_box_for_each_row(site: Site, uids: list[str]) -> None:
    come(site, Role.REVIEWER)
    page = site.get("/edit?open=/meters")
    assert remarks(page.text) == []
    for uid in uids:
        assert f'<input type="checkbox" form="bulk" name="uid" value="{uid}">' in page.text
