"""A text whose time comes while another item has its code: said to its editors and to operation."""

from datetime import datetime, timedelta

import pytest

from kb_service.base.outbox import Job, JobState
from kb_service.base.permissions import Role
from kb_service.handbook import queries
from kb_service.handbook.acts import edit, workflow
from kb_service.worker import worker_of
from tests.handbook import make
from tests.web.edit.make import TITLE, come, send
from tests.web.people_site import Site

PATH = "/edit/meters/kto"
SENTENCE = "Этот код уже занят другим вопросом. Выберите другой."


@pytest.fixture
def uid(site: Site) -> str:
    """A live question whose newer text was to be live an hour ago with a code that is taken."""
    clock = site.house.clock
    with site.work() as work:
        topic = make.topic(work)
        made = make.question(work, topic, title=TITLE, name="kto", code="M01")
        later: datetime = work.now + timedelta(hours=1)
        text = make.question_text("Потом?", code="M02", publish_at=later)
        edit.save(work, made, text)
        workflow.publish(work, made)
    with site.work() as work:
        make.question(work, topic, "Другой?", name="drugoi", code="M02")
    worker_of(site.house).run_due()
    clock.moment = later  # type: ignore[attr-defined]
    worker_of(site.house).run_due()
    return made


def turns(site: Site) -> list[Job]:
    with site.work() as work:
        found = work.session.query(Job).filter_by(kind="handbook.turn").all()
        work.session.expunge_all()
        return found


def test_the_job_is_refused_once_and_says_why(site: Site, uid: str) -> None:
    assert [(one.state, one.tries, one.error) for one in turns(site)] == [
        (JobState.FAILED, 1, "item.code_taken")
    ]
    come(site, Role.ADMINISTRATOR, "anna")
    page = site.get("/admin/jobs?state=failed").text
    assert SENTENCE in page
    assert "Traceback" not in page


def test_readers_keep_the_live_text_and_the_draft_stays(site: Site, uid: str) -> None:
    assert TITLE in site.get("/meters/kto").text
    with site.work() as work:
        assert "Потом?" in queries.for_editing(work, uid=uid).text
        assert queries.for_editing(work, uid=uid).live == 1


def test_editors_are_told_until_the_code_is_another(site: Site, uid: str) -> None:
    come(site, Role.REVIEWER, "rita")
    page = site.get(PATH).text
    assert 'id="held-up"' in page
    assert SENTENCE in page
    assert send(site, PATH, code="M03").status_code == 303
    assert 'id="held-up"' not in site.get(PATH).text


def test_once_the_code_is_free_the_job_may_be_tried_again(site: Site, uid: str) -> None:
    with site.work() as work:
        other = queries.by_path(work, site.house.renderer, "/meters/drugoi")
        edit.trash(work, other.uid)
    come(site, Role.ADMINISTRATOR, "anna")
    job = turns(site)[0].uid
    site.send("/admin/jobs?state=failed", f"/admin/jobs/{job}", {"do": "again"})
    worker_of(site.house).run_due()
    assert turns(site) == []
    assert "Потом?" in site.get("/meters/kto").text
