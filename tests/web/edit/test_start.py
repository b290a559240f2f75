"""The first page of the workplace: for who may edit somewhere, with drafts."""

import pytest

from kb_service.base.permissions import Role
from kb_service.handbook.acts import sharing
from tests.handbook import make
from tests.service import Service
from tests.web.people_site import Site
from tests.web.read import Page, remarks
from tests.web.test_desk import look


@pytest.mark.parametrize("path", ["/edit", "/en/edit"])
def test_a_visitor_is_sent_to_sign_in(reading: Service, path: str) -> None:
    answer = look(reading, path, "")
    assert answer.status_code == 303
    assert "/desk/sign-in" in answer.headers["location"]


def test_an_operator_may_not_come_in_and_has_no_entry(reading: Service) -> None:
    assert look(reading, "/edit", "olga").status_code == 403
    assert 'href="/edit"' not in look(reading, "/desk", "olga").text


@pytest.mark.parametrize("who", ["elena", "rita", "anna"])
def test_an_editor_sees_all_that_lies_there(reading: Service, who: str) -> None:
    answer = look(reading, "/edit", who)
    assert answer.status_code == 200
    assert remarks(answer.text) == []
    assert "не опубликовано" in answer.text
    here = [one for one in Page(answer.text).all("a") if one.get("aria-current") == "page"]
    assert [one["href"] for one in here] == ["/edit", "/edit"]


def test_an_editor_of_one_topic_comes_in_and_sees_its_drafts_only(site: Site) -> None:
    site.account("olga", Role.OPERATOR)
    with site.work() as work:
        topics = [make.topic(work, name=name, live=True) for name in ("own", "foreign")]
        for topic, title in zip(topics, ("Свой черновик", "Чужой черновик"), strict=True):
            make.question(work, topic, title=title, code="", live=False)
        sharing.share(work, topics[0], roles={("user", "olga"): [Role.EDITOR]})
    site.sign_in("olga")
    page = site.get("/edit")
    assert page.status_code == 200
    assert "Свой черновик" in page.text
    assert "Чужой черновик" not in page.text
    assert 'href="/edit"' in site.get("/desk").text
