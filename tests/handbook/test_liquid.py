"""Filling in texts: names are checked, values stay data, hostile texts take no time."""

import contextlib
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kb_service.base.errors import KbError
from kb_service.handbook.links import is_link, is_picture, tel
from kb_service.handbook.render import Context, Renderer, check, expand, variables
from kb_service.handbook.schemas import Action, Fact, Page, Parts, Problem

FACTS = {
    "price": Fact(key="price", title="Предел", value="5 000", unit="₽"),
    "day": Fact(key="day", title="День", value="15-го"),
}
COMPANY: dict[str, Any] = {
    "phone": "0 000 000-01-00",
    "url": "https://lk.example/a_b?x=1&y=2",
    "is_example": True,
    "offices": [{"name": "Центр"}, {"name": "Левый *берег*"}],
}
LETTER = {"applicant": {"name": "Иван <b>", "account": None}, "enquiry": {"number": "12-А"}}
CONTEXT = Context(facts=FACTS, company=COMPANY)

REFUSED = [
    pytest.param("{{ fact.none }}", "render.variable_unknown", "fact.none", id="unknown fact"),
    pytest.param("{{ company.none }}", "render.variable_unknown", "company.none", id="company"),
    pytest.param("{{ other }}", "render.variable_unknown", "other", id="unknown root"),
    pytest.param("{% if fact.none %}{% endif %}", "render.variable_unknown", "fact.none", id="if"),
    pytest.param(
        "{% if false %}{{ fact.none }}{% endif %}",
        "render.variable_unknown",
        "fact.none",
        id="in a branch that is not taken",
    ),
    pytest.param(
        "{% for o in company.offices %}{{ o.none }}{% endfor %}",
        "render.variable_unknown",
        "o.none",
        id="inside a loop",
    ),
    pytest.param("{{ company[fact.day] }}", "render.variable_unknown", "company.[]", id="brackets"),
    pytest.param("{{ applicant.name }}", "render.variable_unknown", "applicant.name", id="letter"),
    pytest.param("{{ company.offices }}", "render.value_not_text", "company.offices", id="a list"),
    pytest.param("{{ fact.day | upcase }}", "render.filter_unknown", "upcase", id="a filter"),
    pytest.param("{% include 'x' %}", "render.tag_unknown", "include", id="include"),
    pytest.param("{% render 'x' %}", "render.tag_unknown", "render", id="render"),
    pytest.param("{% assign x = 1 %}", "render.tag_unknown", "assign", id="assign"),
    pytest.param("{% capture x %}{% endcapture %}", "render.tag_unknown", "capture", id="capture"),
    pytest.param("{% raw %}{% endraw %}", "render.tag_unknown", "raw", id="raw"),
    pytest.param("{{ fact.day", "render.liquid", None, id="not closed"),
    pytest.param("{% if fact.day %}", "render.liquid", None, id="block not closed"),
    pytest.param("{{ }}", "render.liquid", None, id="empty"),
    pytest.param("{% %}", "render.liquid", None, id="no tag"),
    pytest.param(
        "{% for i in (1..9999999) %}x{% endfor %}", "render.too_heavy", None, id="long loop"
    ),
    pytest.param(
        "{% for i in (1..900) %}" + "x" * 200 + "{% endfor %}",
        "render.too_heavy",
        None,
        id="long output",
    ),
    pytest.param("{{ fact.day }}" + "я" * 40_000, "render.too_large", None, id="long text"),
]


@pytest.mark.parametrize(("text", "code", "name"), REFUSED)
def test_a_mistake_has_a_code_and_a_line(text: str, code: str, name: str | None) -> None:
    prefix = "" if code == "render.too_large" else "раз\nдва "
    with pytest.raises(KbError) as caught:
        expand(prefix + text, CONTEXT)
    assert (caught.value.code, caught.value.params.get("name")) == (code, name)
    assert caught.value.params["line"] in (1, 2)
    if name is not None:
        assert caught.value.params["line"] == 2


FILLED = [
    ("до {{ fact.price }}", "до 5\u00a0000\u00a0₽"),
    ("{{fact.day}} и {{- fact.day -}} и", "15-го и15-гои"),
    ("{% if company.is_example %}да{% else %}нет{% endif %}", "да"),
    ("{% unless company.is_example %}да{% endunless %}нет", "нет"),
    ("{% case fact.day %}{% when '15-го' %}а{% else %}б{% endcase %}", "а"),
    ("{% for o in company.offices %}{{ o.name }};{% endfor %}", "Центр;Левый *берег*;"),
    ("{{ company.offices[0].name }} из {{ company.offices.size }}", "Центр из 2"),
    ("{{ company.is_example }}", "true"),
    ("{ { } } { % % } {", "{ { } } { % % } {"),
]


@pytest.mark.parametrize(("text", "wanted"), FILLED)
def test_values_go_in(text: str, wanted: str) -> None:
    assert expand(text, CONTEXT, markdown=False) == wanted


def test_values_are_not_read_as_liquid() -> None:
    hostile = msgspec.structs.replace(CONTEXT, company={"x": "{{ fact.price }}{% if %}"})
    assert expand("{{ company.x }}", hostile, markdown=False) == "{{ fact.price }}{% if %}"
    twice = expand(expand("{{ company.x }}", hostile), hostile)
    assert "000" not in twice


def test_a_value_is_one_line_without_hidden_letters() -> None:
    odd = msgspec.structs.replace(CONTEXT, company={"x": " а\n\n# б\u202eв\x07\u2028г "})
    assert expand("{{ company.x }}", odd, markdown=False) == "а # бв г"


def test_letter_variables_without_a_value_are_marks() -> None:
    text = "{{ applicant.name }}, {{ applicant.account }}, {{ enquiry.number }}, {{ region }}"
    marks = "⟦имя заявителя⟧, ⟦лицевой счёт⟧, ⟦номер обращения⟧, ⟦регион⟧"
    assert expand(text, CONTEXT, is_letter=True) == marks
    filled = msgspec.structs.replace(CONTEXT, letter=LETTER)
    assert expand(text, filled, markdown=False) == "Иван <b>, ⟦лицевой счёт⟧, 12-А, ⟦регион⟧"
    assert expand(text, filled).startswith("Иван &#60;b&#62;, ⟦лицевой")
    asked = "{% if applicant.account %}есть{% else %}нет{% endif %}"
    assert expand(asked, filled) == "нет"
    english = msgspec.structs.replace(CONTEXT, language="en")
    assert expand("{{ region }}", english, is_letter=True) == "⟦region⟧"


def test_a_customer_cannot_forge_a_mark() -> None:
    forged = msgspec.structs.replace(CONTEXT, letter={"applicant": {"name": "⟦лицевой счёт⟧"}})
    assert "⟦" not in expand("{{ applicant.name }}", forged)


def test_the_names_of_a_text_are_listed() -> None:
    text = "{{ fact.day }}{% for o in company.offices %}{{ o.name }}{% endfor %}{{ region }}"
    assert variables(text) == {"fact.day", "company.offices", "region"}
    assert variables("без имён") == set()


def test_check_gives_every_mistake_with_its_line() -> None:
    parts = Parts(
        public="{{ fact.day }}\n{{ fact.none }} {{ applicant.name }}",
        staff="\n\n\n{{ region }}",
        letter="\n\n\n\n\n{{ applicant.name }}\n{{ applicant.age }} {{ company.none }}",
    )
    content = Page(title="{{ fact.a }}", actions=[Action("б", "tel:{{ company.none }}")])
    found = check(parts, content, facts=set(FACTS), company=COMPANY, offset=10)
    assert found == [
        Problem(12, "render.variable_unknown", {"name": "fact.none"}),
        Problem(12, "render.letter_variable", {"name": "applicant.name"}),
        Problem(14, "render.letter_variable", {"name": "region"}),
        Problem(17, "render.variable_unknown", {"name": "applicant.age"}),
        Problem(17, "render.variable_unknown", {"name": "company.none"}),
        Problem(1, "render.variable_unknown", {"name": "fact.a", "field": "title"}),
        Problem(1, "render.variable_unknown", {"name": "company.none", "field": "actions"}),
    ]


def test_check_names_what_cannot_be_read() -> None:
    found = check(Parts(public="а\n{% if %}", staff="б\n<!-- себе\n", letter="{{ x | y }}"))
    assert [(one.line, one.code) for one in found] == [
        (1, "render.filter_unknown"),
        (2, "render.liquid"),
        (2, "render.comment_open"),
    ]
    assert [one.code for one in check(Parts(public="я" * 40_000))] == ["render.too_large"]


def test_check_without_values_knows_the_roots() -> None:
    parts = Parts(public="{{ fact.any }} {{ company.any }} {{ company }} {{ what.ever }}")
    assert [one.params["name"] for one in check(parts)] == ["company", "what.ever"]


def test_the_renderer_offers_the_same(renderer: Renderer) -> None:
    assert renderer.expand("{{ fact.day }}", CONTEXT) == "15-го"
    assert renderer.variables("{{ fact.day }}") == {"fact.day"}
    assert renderer.plain("**а**") == "а"
    parts = Parts(public="{{ fact.none }}")
    assert renderer.check(parts) == []
    assert [one.code for one in renderer.check(parts, CONTEXT)] == ["render.variable_unknown"]


HEAVY = {
    "openings": "{{" * 30_000,
    "tags": "{%" * 30_000,
    "blanks": "{{" + " " * 60_000,
    "many blanks": ("{{" + " " * 390 + "}}") * 160,
    "blanks in ifs": ("{% if " + " " * 380 + " %}") * 160,
    "blanks in the middle": ("{{a" + " " * 380 + "x}}") * 160,
    "nested brackets": "{{ a" + "[b" * 120 + "]" * 120 + " }}",
    "ifs": "{% if a %}" * 6_000,
    "parentheses": ("{% if " + "(" * 380 + " %}") * 160,
    "minus signs": ("{{" + "-" * 390 + "}}") * 150,
    "quotes": ("{{ '" + "a" * 380 + " }}") * 150,
    "braces": "{" * 60_000,
    "loops in loops": "{% for i in (1..30) %}" * 11 + "x" + "{% endfor %}" * 11,
    "many loops": "{% for i in (1..40) %}" * 3 + "x" * 300 + "{% endfor %}" * 3,
}


@pytest.mark.parametrize("name", HEAVY)
@pytest.mark.timeout(2)
def test_hostile_liquid_takes_no_time(name: str) -> None:
    with pytest.raises(KbError):
        expand(HEAVY[name], CONTEXT)


@given(st.text(st.sampled_from("{}%-| afctompny.[]'\"\n"), max_size=60))
def test_any_text_is_filled_in_or_refused(text: str) -> None:
    # Anything but a KbError fails the test.
    with contextlib.suppress(KbError):
        assert isinstance(expand(text, CONTEXT), str)


TELEPHONES = [
    ("tel:0 000 000-01-12", "tel:+70000000112"),
    ("tel:8 (800) 555-35-35", "tel:+78005553535"),
    ("tel:8(4212)55\u201155\u00a055", "tel:+74212555555"),
    ("tel:+7 914 000-00-00", "tel:+79140000000"),
    ("TEL: 112", "tel:112"),
    ("tel:*100#", "tel:*100#"),
    ("tel:55-55-55, доб. 12", "tel:555555"),
    ("tel:8 800 555-35-35 доб. 7", "tel:+78005553535"),
    ("tel:javascript:1", ""),
    ("tel:", ""),
    ("https://x.example/tel:1", "https://x.example/tel:1"),
    ("/ask", "/ask"),
]


@pytest.mark.parametrize(("typed", "dialled"), TELEPHONES)
def test_a_telephone_is_given_as_it_is_dialled(typed: str, dialled: str) -> None:
    assert tel(typed) == dialled


MAY = """
/ /a/b?c=1#d /файл # #раздел http://a.b HTTPS://a.b/c?d=e https://a.b/@me mailto:a@b.c
mailto:a@b.c?subject=x tel:+7123 tel:112
"""
MAY_NOT = """
a a/b ./a //a.b /\\a.b \\\\a javascript:1 JaVaScRiPt:1 data:,x vbscript:x http:a.b http:///a https://
https://bank.example@evil.example ftp://a.b blob:x mailto:a@b.c?bcc=d@e.f mailto:a tel:abc
/a\u202eb http://a.b/\u200bc file:///etc/passwd http:\\\\a.b /a\\..\\b ?a=b
"""


@pytest.mark.parametrize("url", MAY.split())
def test_an_address_that_may_stand_in_a_link(url: str) -> None:
    assert is_link(url)


@pytest.mark.parametrize(
    "url", [*MAY_NOT.split(), "", "/\t/a.b", "java\nscript:1", " /a", "/a b", "/a\x01"]
)
def test_an_address_that_may_not(url: str) -> None:
    assert not is_link(url)
    assert not is_picture(url)


@pytest.mark.parametrize(
    ("url", "may"), [("/files/a.png", True), ("/a/b.jpg", True), ("https://a.b/c.png", False)]
)
def test_pictures_come_from_this_site(url: str, may: bool) -> None:
    assert is_picture(url) is may
