"""A text whose fact has no value today: its editor is told where, and saves all the same."""

import pytest

from kb_service.base.permissions import Role
from kb_service.handbook.acts import sheets
from tests.web.edit.make import come, errors_at, question, send
from tests.web.people_site import Site

PATH = "/edit/meters/kto"
FACTS = """term:
  title: Срок
  values:
    - {value: "4", to: 2020-01-01, source: приказ}
fee:
  title: Цена
  values:
    - {value: "5", source: приказ}
"""


@pytest.fixture
def uid(site: Site) -> str:
    made = question(site)
    with site.work() as work:
        sheets.save(work, "facts", FACTS)
    come(site, Role.REVIEWER, "rita")
    return made


def test_a_name_that_no_fact_ever_had_is_refused_at_its_field(site: Site, uid: str) -> None:
    answer = send(site, PATH, public="За {{ fact.terms }}.")
    assert answer.status_code == 400
    assert "public" in errors_at(answer)


@pytest.mark.parametrize("do", ["save", "publish"])
def test_a_fact_without_a_value_is_a_warning(site: Site, uid: str, do: str) -> None:
    assert 'id="valueless"' not in site.get(PATH).text
    answer = send(site, PATH, do, public="За {{ fact.term }}.")
    assert answer.status_code == 303
    shown = site.get(answer.headers["location"]).text
    assert "нет значения" in shown
    assert 'href="/edit/facts/term"' in shown


def test_facts_with_a_value_are_no_warning(site: Site, uid: str) -> None:
    send(site, PATH, public="За {{ fact.fee }}.")
    assert 'id="valueless"' not in site.get(PATH).text
