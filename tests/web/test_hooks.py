"""Webhooks through the pages: refused first, then made, changed, tested, sent again, removed."""

import re

import pytest

from kb_service.base.permissions import Role
from kb_service.hooks import queries
from kb_service.hooks.rules import hosts_of
from kb_service.hooks.schemas import DeliveryState, HookView, Policy
from kb_service.hooks.tables import Delivery, Hook
from tests.web.people_site import Site, csrf_of
from tests.web.read import remarks

PAGE = "/admin/hooks"
URL = "https://hooks.example.org/in"
NOBODY = "0" * 32


@pytest.fixture
def allowed(site: Site, monkeypatch: pytest.MonkeyPatch) -> Site:
    """A house that may send to one host."""
    monkeypatch.setattr(site.gate, "hooks", Policy(hosts_of("hooks.example.org")))
    return site


@pytest.fixture
def anna(allowed: Site) -> Site:
    allowed.account("anna", Role.ADMINISTRATOR)
    allowed.sign_in("anna")
    return allowed


def hooks(site: Site) -> list[HookView]:
    with site.work() as work:
        return queries.hooks(work)


def made(site: Site) -> str:
    """Make a hook by the form; give its uid."""
    data = {"url": URL, "events": ["item.published", "item.trashed"]}
    assert site.send(PAGE, PAGE, data).status_code in (200, 201)
    return hooks(site)[0].uid


@pytest.mark.parametrize("path", [PAGE, f"{PAGE}/{NOBODY}"])
def test_a_visitor_signs_in_first(site: Site, path: str) -> None:
    assert site.get(path).status_code == 303


@pytest.mark.parametrize("role", [Role.OPERATOR, Role.EDITOR, Role.REVIEWER])
def test_only_administrators_come_in(allowed: Site, role: Role) -> None:
    allowed.account("olga", role)
    allowed.sign_in("olga")
    token = csrf_of(allowed.get("/desk/password"))
    for path in (PAGE, f"{PAGE}/{NOBODY}"):
        assert allowed.get(path).status_code == 403
        data = {"csrf": token, "do": "test", "url": URL, "events": "item.published"}
        assert allowed.post(path, data).status_code == 403
    assert hooks(allowed) == []


@pytest.mark.parametrize(
    ("url", "events"),
    [
        ("http://hooks.example.org/in", ["item.published"]),
        ("https://other.example.org/in", ["item.published"]),
        ("ftp://hooks.example.org/in", ["item.published"]),
        (URL, []),
        (URL, ["hook.test"]),
    ],
)
def test_what_is_wrong_is_told_in_the_form_and_nothing_is_made(
    anna: Site, url: str, events: list[str]
) -> None:
    answer = anna.send(PAGE, PAGE, {"url": url, "events": events})
    assert answer.status_code == 400
    assert 'class="err"' in answer.text
    assert remarks(answer.text) == []
    assert hooks(anna) == []


def test_a_secret_is_shown_once(anna: Site) -> None:
    answer = anna.send(PAGE, PAGE, {"url": URL, "events": "item.published"})
    found = re.search(r'<code class="link" id="made">([^<]+)</code>', answer.text)
    assert found is not None
    assert remarks(answer.text) == []
    uid = hooks(anna)[0].uid
    with anna.work() as work:
        assert work.session.get_one(Hook, uid).secret == found[1]
    assert found[1] not in anna.get(PAGE).text + anna.get(f"{PAGE}/{uid}").text
    assert remarks(anna.get(f"{PAGE}/{uid}").text) == []


def test_a_hook_is_changed_switched_off_and_on_and_removed(anna: Site) -> None:
    uid = made(anna)
    path = f"{PAGE}/{uid}"
    changed = {"do": "save", "url": f"{URL}/2", "events": "fact.changed"}
    assert anna.send(path, path, changed).headers["location"] == f"{path}?done=save"
    assert (hooks(anna)[0].url, hooks(anna)[0].events) == (f"{URL}/2", ["fact.changed"])
    wrong = anna.send(path, path, {**changed, "url": "https://other.example.org/"})
    assert (wrong.status_code, "other.example.org" in wrong.text) == (400, True)
    anna.send(path, path, {"do": "pause"})
    assert not hooks(anna)[0].is_active
    assert "выключен" in anna.get(f"{path}?done=pause").text
    anna.send(path, path, {"do": "wake"})
    assert hooks(anna)[0].is_active
    assert anna.send(path, path, {"do": "dance"}).status_code == 400
    assert anna.send(path, path, {"do": "remove"}).headers["location"] == f"{PAGE}?done=remove"
    assert hooks(anna) == []
    assert anna.get(path).status_code == 404


def test_a_delivery_that_did_not_arrive_is_tried_again_at_once(anna: Site) -> None:
    uid = made(anna)
    path = f"{PAGE}/{uid}"
    anna.send(path, path, {"do": "test"})
    with anna.work() as work:
        delivery = queries.deliveries(work, uid).items[0].uid
    early = anna.send(path, path, {"do": "retry", "delivery": delivery})
    assert early.status_code == 409
    with anna.work() as work:
        row = work.session.get_one(Delivery, delivery)
        row.state, row.tries, row.status, row.problem = DeliveryState.FAILING, 2, 503, "status"
        row.tried_at = work.now
    page = anna.get(path).text
    assert remarks(page) == []
    assert "не дошло" in page
    assert "2 попытки" in page
    assert "HTTP 503" in page
    again = anna.send(path, path, {"do": "retry", "delivery": delivery})
    assert again.headers["location"] == f"{path}?done=retry"
    with anna.work() as work:
        assert queries.deliveries(work, uid).items[0].state == DeliveryState.WAITING
    assert anna.send(path, path, {"do": "retry", "delivery": NOBODY}).status_code == 404


def test_where_no_host_is_allowed_the_page_says_who_can_change_that(site: Site) -> None:
    site.account("anna", Role.ADMINISTRATOR)
    site.sign_in("anna")
    page = site.get(PAGE).text
    assert "KB_WEBHOOK_HOSTS" in page
    assert 'name="url"' not in page
