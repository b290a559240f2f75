"""Values in rendered texts are data: shown as they are, never markup, never a link."""

from datetime import date

import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kb_service.base.errors import KbError
from kb_service.handbook.render import Renderer
from kb_service.handbook.schemas import Parts
from tests.handbook.judge import text_of, verdict
from tests.handbook.rendering import CONTEXT

HOSTILE = [
    "[x](https://evil.example)", "![x](https://evil.example/p.png)", "<script>alert(1)</script>",
    "a | b", "`код`", "**жирно**", "_курсив_", "# решётка", "1. раз", "12) два", "- пункт", "+ п",
    "* п", "> ц", "---", "===", "~~x~~", "!!! note", "[^1]", "*[А]: б", "\\", "a\\", "&lt;b&gt;",
    "<https://evil.example>", "<me@evil.example>", "[x][y]", ":   опр", "```", "~~~", "{{ x }}",
    "a\n\n# b", "a\n- b", "⟦x⟧", "(https://evil.example)", "](https://evil.example)", "\"'",
    "<!-- ", "-->", "<br>", "| --- | --- |", "\u202eabc", "[TOC]", "a  \nb", "&#60;", "***",
]  # fmt: skip


@pytest.mark.parametrize("value", HOSTILE)
def test_a_value_is_shown_as_it_is(renderer: Renderer, value: str) -> None:
    context = msgspec.structs.replace(CONTEXT, company={"x": value})
    shown = " ".join(value.replace("\u202e", "").split())
    for before in ("", "слово ", "- ", "**", "## ", "> ", "текст\n"):
        after = "**" if before == "**" else ""
        text = f"{before}{{{{ company.x }}}}{after}\n\nконец"
        html = renderer.render(Parts(public=text), context).public
        plain = f"{before}ЪЪЪ{after}\n\nконец"
        frame = renderer.render(Parts(public=plain), context).public
        assert text_of(html) == text_of(frame).replace("ЪЪЪ", shown), before
        assert verdict(html) == []
        assert 'evil.example"' not in html


def test_a_value_stays_in_its_cell_and_in_its_link(renderer: Renderer) -> None:
    for value in HOSTILE:
        context = msgspec.structs.replace(CONTEXT, company={"x": value})
        table = "| а | б |\n|---|---|\n| {{ company.x }} | в |\n"
        html = renderer.render(Parts(public=table), context).public
        assert html.count("<td>") == 2, value
        html = renderer.render(Parts(public="[к]({{ company.x }}) [л](/л)"), context).public
        assert html.count("<a ") <= 2, value
        assert '<a href="/л">л</a>' in html, value
        assert verdict(html) == []


@pytest.mark.parametrize(
    "text",
    ["[к]({{ {0} }})", "[к](<{{ {0} }}>)", "[к][1]\n\n[1]: {{ {0} }}"],
)
def test_a_value_can_be_an_address(renderer: Renderer, text: str) -> None:
    text = text.replace("{0}", "company.cabinet_url")
    html = renderer.render(Parts(public=text), CONTEXT).public
    wanted = 'href="https://lk.example/a_b(1)?x=1&amp;y=2*3" rel="noopener nofollow">к</a>'
    assert wanted in html


def test_values_are_shown_in_text_and_telephones_in_links(renderer: Renderer) -> None:
    text = "{{ company.cabinet_url }}, {{ fact.price }}, [звонок](tel:{{ company.dispatch_phone }})"
    html = renderer.render(Parts(public=text), CONTEXT).public
    assert "https://lk.example/a_b(1)?x=1&amp;y=2*3, 5&nbsp;000&nbsp;₽" in html
    assert '<a href="tel:+70000000112">звонок</a>' in html


@given(value=st.text(st.sampled_from("[]()*_`<>!-#|\\&;:~+=.1a \n\"'{}⟦⟧"), max_size=20))
@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_no_value_makes_markup(renderer: Renderer, value: str) -> None:
    context = msgspec.structs.replace(CONTEXT, company={"x": value})
    for text in ("{{ company.x }}\n\nконец", "а {{ company.x }}{{ company.x }} б"):
        html = renderer.render(Parts(public=text), context).public
        assert set(tags_of(html)) <= {"p"}
        assert html.count("<p>") == text.count("\n\n") + (
            1 if text[0] == "а" or value.strip() else 0
        )


def tags_of(html: str) -> list[str]:
    return [piece.split(">")[0].split(" ")[0].strip("/") for piece in html.split("<")[1:]]


def test_letters_show_what_is_not_filled_in(renderer: Renderer) -> None:
    text = "{{ applicant.name }} {{ enquiry.date }} {{ enquiry.number }}"
    letter = {"applicant": {"name": None}, "enquiry": {"date": date(2026, 11, 20)}}
    context = msgspec.structs.replace(CONTEXT, letter=letter)
    html = renderer.render(Parts(letter=text), context).letter
    assert html == (
        '<p><span class="var warn">имя заявителя</span> 20.11.2026 '
        '<span class="var warn">номер обращения</span></p>'
    )
    bare = renderer.render(Parts(letter=text), CONTEXT).letter
    assert bare.count("var warn") == 3


def test_letter_variables_never_reach_other_parts(renderer: Renderer) -> None:
    context = msgspec.structs.replace(CONTEXT, letter={"applicant": {"name": "Иван"}})
    for part in ("public", "staff"):
        with pytest.raises(KbError) as caught:
            renderer.render(Parts(**{part: "{{ applicant.name }}"}), context)
        assert caught.value.code == "render.variable_unknown"
        assert caught.value.params["part"] == part
