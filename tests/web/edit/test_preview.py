"""The preview is the page that would be published, for each reader and day; it writes nothing."""

import re
from html import unescape
from time import perf_counter

import pytest
from httpx import Response

from kb_service.base.ids import Uid
from kb_service.base.permissions import Role
from kb_service.handbook.acts import sheets
from tests.web.edit.make import come, form_of, question, send, view
from tests.web.people_site import Site
from tests.web.read import remarks

PATH = "/edit/meters/kto"
JSON = "application/json"
FACTS = """
price:
  title: Цена
  values:
    - {value: "100", unit: ₽, from: 2020-01-01, to: 2026-12-31}
    - {value: "200", unit: ₽, from: 2027-01-01}
"""


@pytest.fixture
def uid(site: Site) -> Uid:
    made = question(site)
    come(site, Role.EDITOR)
    return made


def show(site: Site, path: str = PATH, *, accept: str = JSON, **typed: str) -> Response:
    fields = form_of(site.get(path)) | typed
    return site.post("/edit/preview", fields, accept=accept)


def html_of(answer: Response) -> str:
    assert answer.status_code == 200, answer.text
    return unescape(str(answer.json()["html"]))


def test_a_visitor_and_an_operator_see_no_preview(site: Site) -> None:
    made = question(site)
    data = {"uid": made, "based_on": "1", "public": "Чужое."}
    assert site.post("/edit/preview", data).status_code == 303
    come(site, Role.OPERATOR, "olga")
    data["csrf"] = form_of(site.get("/desk/password"), "/desk/password")["csrf"]
    assert site.post("/edit/preview", data).status_code == 403


def test_it_is_the_published_page(site: Site, uid: Uid) -> None:
    typed = {"public": "Новый ответ.\n\n## Шаги\n\n1. Раз\n2. Два", "title": "Новое имя?"}
    shown = show(site, accept="text/html", **typed)
    assert remarks(shown.text) == []
    site.forget()
    site.account("rita", Role.REVIEWER)
    site.sign_in("rita")
    send(site, PATH, "publish", **typed)
    site.forget()
    published = site.get("/meters/kto").text

    def main(page: str) -> str:
        inside = page[page.index("<main") : page.index("</main>")]
        # «Did this help?» and links for staff stand on the page itself alone.
        inside = re.sub(r'<form class="[^"]*helped.*?</form>', "", inside, flags=re.DOTALL)
        return re.sub(r"\s+|Редакция \d+[^<]*", " ", inside)

    assert main(shown.text).split("<aside")[0] == main(published).split("<aside")[0]
    assert "Помогло" not in shown.text


@pytest.mark.parametrize(
    ("reader", "has", "has_not"),
    [
        ("visitor", "Для всех", "Внутри"),
        ("employee", "Внутри", "Помогло"),
        ("letter", "Письмо", "Внутри"),
    ],
)
def test_each_reader_sees_theirs(site: Site, uid: Uid, reader: str, has: str, has_not: str) -> None:
    typed = {"public": "Для всех.", "staff": "Внутри.", "letter": "Письмо.", "as": reader}
    html = html_of(show(site, **typed))
    assert has in html
    assert has_not not in html


def test_values_are_those_of_the_day(site: Site, uid: Uid) -> None:
    with site.work() as work:
        sheets.save(work, "facts", FACTS)
    typed = {"public": "Стоит {{ fact.price }}."}
    assert "100\u00a0₽" in html_of(show(site, **typed))
    assert "200\u00a0₽" in html_of(show(site, **typed, on="2027-01-01"))


@pytest.mark.parametrize(
    ("typed", "field"),
    [
        ({"public": "{{ fact.nope }}"}, "public"),
        ({"staff": ":::"}, "staff"),
        ({"title": ""}, "title"),
        ({"on": "завтра"}, "on"),
    ],
)
def test_a_mistake_is_told_instead(site: Site, uid: Uid, typed: dict[str, str], field: str) -> None:
    told = show(site, **typed).json()
    assert [name for name, _sentence in told["problems"]] == [field]
    page = show(site, accept="text/html", **typed)
    assert page.status_code == 400


def test_a_new_document_has_a_preview(site: Site, uid: Uid) -> None:
    html = html_of(show(site, "/edit/new?parent=/meters", title="Новый?", public="Будет."))
    assert "<h1>Новый?</h1>" in html
    assert "Будет." in html
    for kind in ("Topic", "Page"):
        path = f"/edit/new?parent=/meters&type={kind}"
        assert "Будет." in html_of(show(site, path, title="Новый", public="Будет."))


def test_hostile_words_stay_words(site: Site, uid: Uid) -> None:
    typed = {"title": "<script>alert(1)</script>", "public": "<img src=x onerror=y>"}
    html = show(site, **typed).json()["html"]
    assert "<script>alert" not in html
    assert "<img" not in html


def test_it_writes_nothing_and_is_quick(site: Site, uid: Uid) -> None:
    fields = form_of(site.get(PATH))
    times = []
    for number in range(5):
        fields["public"] = f"Ответ номер {number}.\n\n" + "- строка **жирная**\n" * 100
        begun = perf_counter()
        assert site.post("/edit/preview", fields, accept=JSON).status_code == 200
        times.append(perf_counter() - begun)
    assert sorted(times)[2] < 0.3
    assert view(site, uid).number == 1
