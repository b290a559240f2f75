"""Public pages over HTTP: what they show, to whom, and what they never show."""

import json
import re
from typing import Any

import pytest
from httpx import Response

from kb_service.base.errors import KbError, Kind
from kb_service.handbook.rules.paths import RESERVED
from kb_service.web import site as pages
from kb_service.web.texts import plain
from tests.service import BASE, Service
from tests.web.read import Page, remarks

PAGES = (
    "/",
    "/search",
    "/search?q=счётчик",
    "/search?q=абракадабра",
    "/topics",
    "/meters",
    "/meters/kto-meniaet",
    "/about",
    "/ask",
    "/ask?q=счётчик",
    "/widget",
)
SECRETS = (
    "Спросите дату поверки",
    "Счётчик заменит",
    "Секретик",
    "внутренней проверкой",
    "Служебное",
)


def look(reading: Service, path: str, who: str = "", **headers: str) -> Response:
    """Read a page as a browser does."""
    return reading.get(path, who, accept=headers.pop("accept", "text/html"), **headers)


def data_of(html: str) -> list[Any]:
    """Give the data blocks of a page."""
    blocks = re.findall(r'<script type="application/ld\+json">(.*?)</script>', html, re.DOTALL)
    return [json.loads(block) for block in blocks]


@pytest.mark.parametrize("language", ["", "/en"])
@pytest.mark.parametrize("path", PAGES)
def test_public_page(reading: Service, path: str, language: str) -> None:
    answer = look(reading, language + path if path != "/" or not language else language)
    assert answer.status_code == 200
    assert answer.headers["content-type"] == "text/html; charset=utf-8"
    assert remarks(answer.text) == []
    assert Page(answer.text).all("html")[0]["lang"] == (language.strip("/") or "ru")
    assert "set-cookie" not in answer.headers


@pytest.mark.parametrize("path", [*PAGES, "/rss.xml", "/sitemap.xml", "/search?q=секретик&part=1"])
def test_nothing_of_the_house_leaks(reading: Service, path: str) -> None:
    text = look(reading, path).text
    assert [word for word in SECRETS if word in text] == []


@pytest.mark.parametrize("path", ["/meters/draft", "/meters/staff-only", "/no", "/meters/no/no"])
def test_what_one_may_not_see_is_missing(reading: Service, path: str) -> None:
    answer = look(reading, path)
    assert answer.status_code == 404
    assert "Такой страницы нет" in answer.text
    assert 'name="q"' in answer.text
    assert remarks(answer.text) == []


@pytest.mark.parametrize("path", ["/search?n=x", "/meters/kto-meniaet?as_of=yesterday"])
def test_unreadable_query_is_told(reading: Service, path: str) -> None:
    answer = look(reading, path)
    assert answer.status_code == 400
    assert "Не получилось прочесть" in answer.text


@pytest.mark.parametrize("query", ["%", "\\", ":", "AND", "(", "😀", "а" * 4000, "%00", " ", "<b>"])
def test_any_words_are_a_question(reading: Service, query: str) -> None:
    answer = look(reading, f"/search?q={query}")
    assert answer.status_code == 200
    assert "0 результатов" not in answer.text


def test_sure_answer_stands_first(reading: Service) -> None:
    page = look(reading, "/search?q=кто меняет счётчик").text
    assert page.index("/meters/kto-meniaet") < page.index("Не то?") or "Точного ответа" in page
    assert 'content="noindex"' in page


def test_where_nothing_fits_a_person_is_offered_first(reading: Service) -> None:
    page = look(reading, "/search?q=ипотека").text
    assert page.index("Точного ответа не нашли") < page.index("Спросить человека")
    assert "/ask?q=%D0%B8%D0%BF" in page


def test_part_is_the_list_alone_and_not_kept(reading: Service) -> None:
    answer = look(reading, "/search?q=счётчик&part=1")
    assert answer.text.lstrip().startswith('<div class="stack" data-found')
    assert "no-store" in answer.headers["cache-control"]


def test_what_somebody_typed_is_not_kept(reading: Service) -> None:
    assert "no-store" in look(reading, "/search?q=счётчик").headers["cache-control"]
    assert look(reading, "/search").headers["cache-control"].startswith("public")


def test_open_pages_may_be_kept_and_have_a_tag(reading: Service) -> None:
    answer = look(reading, "/meters/kto-meniaet")
    assert answer.headers["cache-control"].startswith("public")
    assert look(
        reading, "/meters/kto-meniaet", if_none_match=answer.headers["etag"]
    ).status_code in (
        200,
        304,
    )


def test_answer_tells_programs_what_it_says(reading: Service) -> None:
    page = look(reading, "/meters/kto-meniaet").text
    faq, crumbs = data_of(page)
    asked = faq["mainEntity"][0]
    assert faq["@type"] == "FAQPage"
    assert asked["name"] == "Кто меняет счётчик?"
    assert asked["acceptedAnswer"]["text"].startswith("Сетевая организация, бесплатно.")
    assert [step["item"] for step in crumbs["itemListElement"]] == [
        f"{BASE}/meters",
        f"{BASE}/meters/kto-meniaet",
    ]


def test_the_english_frame_of_a_russian_answer_points_to_it(reading: Service) -> None:
    page = Page(look(reading, "/en/meters/kto-meniaet").text)
    canonical = [one["href"] for one in page.all("link") if one.get("rel") == "canonical"]
    assert canonical == [f"{BASE}/meters/kto-meniaet"]


def test_both_languages_know_of_each_other(reading: Service) -> None:
    links = Page(look(reading, "/en/topics").text).all("link")
    known = {one["hreflang"]: one["href"] for one in links if "hreflang" in one}
    assert known == {"ru": f"{BASE}/topics", "en": f"{BASE}/en/topics"}


def test_text_of_a_day(reading: Service) -> None:
    answer = look(reading, "/meters/kto-meniaet?as_of=2026-11-24")
    assert answer.status_code == 200
    assert "Текст на 24 ноября 2026" in answer.text
    assert 'content="noindex"' in answer.text
    assert look(reading, "/meters/kto-meniaet?as_of=2020-01-01").status_code == 404


def test_old_address_leads_to_the_new_one(reading: Service) -> None:
    answer = look(reading, "/outage/old-place")
    assert answer.status_code == 301
    assert answer.headers["cache-control"] == "no-cache"
    assert answer.headers["location"] == "/meters/new-place"
    assert look(reading, "/en/outage/old-place").headers["location"] == "/en/meters/new-place"


@pytest.mark.parametrize(
    ("path", "kind", "word"),
    [
        ("/rss.xml", "application/rss+xml", "<rss version"),
        ("/sitemap.xml", "application/xml", f"<loc>{BASE}/meters/kto-meniaet</loc>"),
        ("/robots.txt", "text/plain", f"Sitemap: {BASE}/sitemap.xml"),
        ("/opensearch.xml", "application/opensearchdescription+xml", "{searchTerms}"),
        ("/widget/search.js", "text/javascript", "data-kb-search"),
    ],
)
def test_files_for_programs(reading: Service, path: str, kind: str, word: str) -> None:
    answer = look(reading, path)
    assert answer.status_code == 200
    assert answer.headers["content-type"].startswith(kind)
    assert word in answer.text
    if kind.endswith("xml"):
        assert answer.text.startswith("<?xml")


def test_widget_script_may_be_loaded_by_other_sites(reading: Service) -> None:
    answer = look(reading, "/widget/search.js")
    assert answer.headers["access-control-allow-origin"] == "*"
    assert answer.headers["cross-origin-resource-policy"] == "cross-origin"
    assert "max-age=3600" in answer.headers["cache-control"]


@pytest.mark.parametrize("path", ["/meters/kto-meniaet", "/net-takoi", "/en/meters"])
@pytest.mark.parametrize("day", ["0001-01-01", "1899-12-31", "2200-01-01", "9999-12-31", "завтра"])
def test_a_day_of_no_calendar_is_a_plain_refusal(reading: Service, path: str, day: str) -> None:
    answer = look(reading, f"{path}?as_of={day}")
    assert answer.status_code == 400
    assert remarks(answer.text) == []
    if day != "завтра" and not path.startswith("/en"):
        assert "между 1900 и 2199" in plain(answer.text)


def test_a_refusal_within_a_group_of_errors_is_answered_as_such(
    reading: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_given: Any, **_named: Any) -> None:
        raise ExceptionGroup("dependencies", [KbError("service.unavailable", Kind.UNAVAILABLE)])

    monkeypatch.setattr(pages.queries, "topics", fail)
    answer = look(reading, "/search?q=ъъъъ")
    assert answer.status_code == 503
    assert answer.headers["retry-after"] == "5"


def test_no_item_can_take_the_first_word_of_a_page(reading: Service) -> None:
    assert reading.front.inner.pages <= RESERVED
