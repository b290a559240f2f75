"""Who is writing a document: refused first, told to who comes second, taken over, given back."""

from datetime import timedelta

import pytest
from httpx import Response

from kb_service.base.audit import AuditRow
from kb_service.base.clock import SetClock
from kb_service.base.permissions import Role
from kb_service.handbook import queries
from tests.web.edit.make import action_of, come, errors_at, form_of, question, send, view
from tests.web.people_site import Site, csrf_of
from tests.web.read import remarks

PATH = "/edit/meters/kto"
HELD = "Сейчас правит"


def say(site: Site, uid: str, do: str) -> Response:
    """Say to the server what the page's script says."""
    data = {"csrf": csrf_of(site.get("/desk/password")), "do": do}
    return site.post(f"/edit/items/{uid}/lock", data, accept="application/json")


def holder(site: Site, uid: str) -> str:
    with site.work() as work:
        lock = queries.lock_of(work, uid)
        return lock.holder if lock else ""


def become(site: Site, login: str) -> None:
    site.forget()
    site.sign_in(login)


@pytest.fixture
def uid(site: Site) -> str:
    """A question that Rita writes, looked at by Elena."""
    made = question(site)
    come(site, Role.REVIEWER, "rita")
    assert say(site, made, "take").json() == {"is_held": True, "html": ""}
    site.forget()
    come(site, Role.EDITOR)
    return made


def test_who_is_not_signed_in_gets_a_token_for_it(site: Site) -> None:
    uid = question(site)
    answer = site.post(f"/edit/items/{uid}/lock", {"do": "take"}, accept="application/json")
    assert (answer.status_code, list(answer.json())) == (401, ["csrf"])


@pytest.mark.parametrize(("role", "do", "status"), [
    (Role.OPERATOR, "take", 403), (Role.EDITOR, "explode", 400), (Role.EDITOR, "", 400),
])  # fmt: skip
def test_what_one_may_not_is_refused(site: Site, role: Role, do: str, status: int) -> None:
    uid = question(site)
    come(site, role)
    assert say(site, uid, do).status_code == status
    assert say(site, "0" * 32, "take").status_code in (403, 404)
    assert holder(site, uid) == ""


def test_who_comes_second_is_told_since_when(site: Site, uid: str) -> None:
    page = site.get(PATH)
    assert f"{HELD} Rita (с 12:00)" in page.text
    assert remarks(page.text) == []
    answer = say(site, uid, "take")
    assert answer.status_code == 200
    assert answer.json()["is_held"] is False
    assert f"{HELD} Rita" in answer.json()["html"]


def test_a_save_is_refused_with_the_text_and_the_way_out(site: Site, uid: str) -> None:
    refused = send(site, PATH, public="Мой текст.")
    assert refused.status_code == 403
    assert "Rita" in refused.text
    assert form_of(refused)["public"] == "Мой текст."
    assert remarks(refused.text) == []
    assert errors_at(refused) == {}
    assert view(site, uid).number == 1
    taken = site.post(f"/edit/items/{uid}", {**form_of(refused), "do": "take"})
    assert taken.status_code == 200
    assert "Теперь правите вы" in taken.text
    assert form_of(taken)["public"] == "Мой текст."
    assert holder(site, uid) == "elena"
    fields = {**form_of(taken), "do": "save"}
    assert site.post(action_of(fields), fields).status_code == 303
    assert holder(site, uid) == ""


def test_who_lost_it_is_told_and_may_take_it_back(site: Site, uid: str) -> None:
    answer = say(site, uid, "force").json()
    assert answer["is_held"]
    assert "Теперь правите вы" in answer["html"]
    become(site, "rita")
    lost = say(site, uid, "confirm")
    assert lost.json()["is_held"] is False
    assert "Elena теперь правит вместо вас (с 12:00)" in lost.json()["html"]
    assert say(site, uid, "force").json()["is_held"]
    become(site, "elena")
    assert say(site, uid, "confirm").json()["is_held"] is False
    with site.work() as work:
        rows = work.session.query(AuditRow).filter(AuditRow.act == "item.lock").all()
        assert [row.actor for row in rows] == ["elena", "rita"]


@pytest.mark.parametrize("do", ["release", "save", "submit"])
def test_it_is_given_back_when_the_page_is_done_with(site: Site, do: str) -> None:
    uid = question(site, live=False)
    come(site, Role.EDITOR)
    say(site, uid, "take")
    if do == "release":
        assert say(site, uid, do).json() == {"is_held": False, "html": ""}
    else:
        assert send(site, PATH, do, public="Иначе.").status_code == 303
    assert holder(site, uid) == ""


def test_it_ends_by_itself(site: Site, uid: str, clock: SetClock) -> None:
    clock.moment += timedelta(seconds=599)
    assert say(site, uid, "take").json()["is_held"] is False
    clock.moment += timedelta(seconds=1)
    assert HELD not in site.get(PATH).text
    assert say(site, uid, "take").json()["is_held"]


def test_without_a_script_nothing_is_locked(site: Site) -> None:
    uid = question(site)
    come(site, Role.EDITOR)
    site.get(PATH)
    assert holder(site, uid) == ""


def test_who_gives_back_what_another_holds_takes_nothing_away(site: Site, uid: str) -> None:
    assert say(site, uid, "release").json()["is_held"] is False
    assert holder(site, uid) == "rita"


def test_an_own_lock_of_another_tab_is_no_hurdle(site: Site) -> None:
    uid = question(site)
    come(site, Role.EDITOR)
    say(site, uid, "take")
    assert HELD not in site.get(PATH).text
    assert send(site, PATH, public="Иначе.").status_code == 303
