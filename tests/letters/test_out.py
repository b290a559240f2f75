"""A draft goes out: the same words in every form, nothing of a letter is anybody's code."""

import io
import zipfile
from datetime import date, timedelta
from typing import Any

import docx
import pypdf
import pytest

from kb_service.base.clock import SetClock
from kb_service.base.errors import KbError
from kb_service.base.permissions import Actor
from kb_service.handbook.markup import to_html
from kb_service.handbook.render import Context
from kb_service.letters import filling, out, queries
from kb_service.letters.acts import drafting, finishing
from kb_service.letters.out import paper, text
from kb_service.letters.out.blocks import absolute, blocks
from kb_service.letters.out.letter import addressee, mark
from kb_service.letters.schemas import ApplicantKind, Card, Content, Gender, Outgoing
from tests.conftest import WorkAs
from tests.letters import make
from tests.persons import ELENA, OLGA, SERGEY, VERA

DAY = date(2026, 11, 24)
SITE = "https://help.example"
COMPANY: dict[str, Any] = {
    "name": "АО «Пример»",
    "postal_address": "г. Примерск",
    "phone": "0 000",
    "email": "vopros@help.example",
    "site_url": SITE,
    "signature": {"position": "Начальник отдела", "name": "И. О. Фамилия"},
}
WORDS = filling.Words([{"kind": "person", "female": "Уважаемая {name}!", "closing": "Звоните."}])
CARD = Card(
    name="Смирнова Анна Петровна",
    address="г. Примерск, д. 7",
    number="1187/П",
    written_on=date(2026, 11, 20),
)
BODY = """## Кто меняет
**Счётчик** меняет [поставщик](/meters/kto):

1. подайте *заявку*;
2. ждите:
    - звонка;
    - мастера.

Пишите на [почту](mailto:a@b.example) или на <https://b.example/x>.
"""


def html(words: str) -> str:
    return to_html(words, "letter", "ru")[0]


def letter(*texts: str, card: Card = CARD, version: int = 3, **company: Any) -> out.Letter:
    fragments = [make.own(one, name=f"f{number}") for number, one in enumerate(texts)]
    content = Content(card=card, fragments=fragments)
    reply = filling.reply(content, Context(facts={}, company=COMPANY), WORDS, DAY)
    given = Outgoing(reply=reply, card=card, version=version)
    return out.letter(given, COMPANY | company, html)


def pages(one: out.Letter) -> list[str]:
    reader = pypdf.PdfReader(io.BytesIO(out.made(one, "pdf")))
    return [page.extract_text() for page in reader.pages]


def letters_of(words: str) -> str:
    """Give a text without its blanks: lines are broken elsewhere on paper."""
    return "".join(words.split())


def written(one: out.Letter) -> Any:
    return docx.Document(io.BytesIO(out.made(one, "docx")))


# --- who may


@pytest.fixture
def uid(work_as: WorkAs) -> str:
    """A draft of Sergey that answers both questions."""
    with work_as(SERGEY) as work:
        return make.draft(work, make.content(fragments=[make.own("Платите до 15-го.", "q1", "q2")]))


@pytest.mark.parametrize(
    ("actor", "code"),
    [(VERA, "session.needed"), (ELENA, "act.forbidden"), (OLGA, "draft.missing")],
)
def test_who_may_not_open_a_draft_takes_nothing_out(
    work_as: WorkAs, uid: str, actor: Actor, code: str
) -> None:
    for number in (0, 1):
        with work_as(actor) as work, pytest.raises(KbError) as refused:
            queries.outgoing(work, uid, number)
        assert refused.value.code == code


def test_a_version_that_is_none_does_not_go_out(work_as: WorkAs, uid: str) -> None:
    for number in (9, -1):
        with work_as(SERGEY) as work, pytest.raises(KbError) as refused:
            queries.outgoing(work, uid, number)
        assert refused.value.code == "version.missing"


# --- what is said


def test_plain_text_is_the_whole_reply_with_addresses_and_signature() -> None:
    assert text.plain(letter(BODY)) == (
        "Уважаемая Анна Петровна!\n\n"
        "Кто меняет\n\n"
        f"Счётчик меняет поставщик ({SITE}/meters/kto):\n\n"
        "1. подайте заявку;\n2. ждите:\n  – звонка;\n  – мастера.\n\n"
        "Пишите на почту (a@b.example) или на https://b.example/x.\n\n"
        "Звоните.\n\n"
        "Начальник отдела\nИ. О. Фамилия\n"
    )


def test_markdown_stays_markdown_with_whole_addresses_and_without_notes_to_oneself() -> None:
    made = text.markdown(letter('<!-- спросить Пашу -->Да, [**счётчик**](/meters/kto "Кто").'))
    assert f'Да, [**счётчик**]({SITE}/meters/kto "Кто").' in made
    assert "Пашу" not in made
    assert made.endswith("Начальник отдела  \nИ. О. Фамилия\n")


def test_a_pdf_says_what_the_plain_text_says() -> None:
    one = letter(BODY)
    (page,) = pages(one)
    assert letters_of(text.plain(one)) in letters_of(page)


def test_a_word_document_has_the_paragraphs_in_order() -> None:
    one = letter(BODY)
    made = [paragraph.text for paragraph in written(one).paragraphs]
    start = made.index("Уважаемая Анна Петровна!")
    assert made[start + 1 : start + 4] == [
        "Кто меняет",
        f"Счётчик меняет поставщик ({SITE}/meters/kto):",
        "1.\tподайте заявку;",
    ]
    assert made[-1].split("\t")[::2] == ["Начальник отдела", "И. О. Фамилия"]
    bold = [run.text for paragraph in written(one).paragraphs for run in paragraph.runs if run.bold]
    assert {"Кто меняет", "Счётчик"} <= set(bold)


def test_paper_has_head_numbers_addressee_and_the_mark() -> None:
    (page,) = pages(letter("Да."))
    document = written(letter("Да."))
    word = "\n".join(one.text for one in document.paragraphs)
    for place in (page, word):
        for line in (
            "АО «Пример»",
            "На № 1187/П от 20.11.2026",
            "Смирновой А. П.",
            "Примерск, д. 7",
        ):
            assert line in place
    footer = document.sections[0].footer.paragraphs[0].text
    assert "Проект, версия 3, не подписан" in page
    assert footer.startswith("Проект, версия 3, не подписан")


def test_every_page_is_numbered_and_marked() -> None:
    made = pages(letter(*["Слова о счётчике. " * 60] * 8))
    assert len(made) > 1
    for number, page in enumerate(made, start=1):
        assert f"{number} из {len(made)}" in page
        assert "не подписан" in page


def test_a_variable_without_a_value_is_seen_in_every_form() -> None:
    one = letter("Ваш счёт {{ applicant.account }}.")
    gap = "Ваш счёт [лицевой счёт]."
    assert gap in text.plain(one)
    assert gap in text.markdown(one)
    assert gap in pages(one)[0]
    assert gap in [paragraph.text for paragraph in written(one).paragraphs]


def test_a_table_becomes_items_that_name_their_columns() -> None:
    one = letter("| Что | Срок |\n|---|---|\n| Замена | 6 месяцев |\n| Пломба | сразу |")
    assert "– Что: Замена; Срок: 6 месяцев\n– Что: Пломба; Срок: сразу\n" in text.plain(one)


TO: list[tuple[Card, list[str]]] = [
    (Card(), []),
    (Card(name="Смирнова Анна Петровна"), ["Смирновой А. П."]),
    (Card(name="Шевченко А.", gender=Gender.FEMALE), ["Шевченко А."]),
    (Card(name="Смирнова А. П.", name_dative="г-же Смирновой"), ["г-же Смирновой"]),
    (
        Card(
            kind=ApplicantKind.ORGANISATION,
            organisation="ООО «Ромашка»",
            name="Орлов Пётр Ильич",
            address="г. А\nд. 1",
        ),
        ["ООО «Ромашка»", "Орлову П. И.", "г. А", "д. 1"],
    ),
    (Card(organisation="ООО «Ромашка»", name="ООО «Ромашка»"), ["ООО «Ромашка»"]),
    (Card(name="ТСЖ «Дом»"), ["ТСЖ «Дом»"]),
]


@pytest.mark.parametrize(("card", "lines"), TO)
def test_to_whom_a_letter_goes(card: Card, lines: list[str]) -> None:
    assert addressee(card) == lines


def test_where_the_card_is_silent_nothing_stands() -> None:
    one = letter("Да.", card=Card(), name="", phone="", site_url="/", signature=None)
    assert one.addressee == []
    assert len(one.numbers) == 1
    assert "None" not in pages(one)[0]
    assert text.plain(letter("[Да](/x).", card=Card(), site_url="/")).startswith("Да.")


@pytest.mark.parametrize(
    ("address", "shown"),
    [
        ("/a", f"{SITE}/a"),
        ("#n", ""),
        ("tel:+7000", ""),
        ("mailto:a@b.example?subject=x", "a@b.example"),
        ("javascript:alert(1)", ""),
        ("https://b.example/", "https://b.example/"),
    ],
)
def test_how_paper_says_an_address(address: str, shown: str) -> None:
    assert absolute(address, SITE + "/") == shown


# --- nothing is code

HOSTILE = [
    '#eval("1+1")',
    '#image("/etc/passwd")',
    '#read("letter.typ")',
    "#panic()",
    "\\n= x",
    "$ x^2 $ @ref <label> \\u{41}",
    "<script>alert(1)</script>",
    "«]] } ) \" ' \\",
    "&lt;w:t&gt;",
]


@pytest.mark.parametrize("words", HOSTILE)
def test_hostile_words_stay_words(words: str) -> None:
    one = letter(words, card=Card(name=words, organisation=words, number=words, address=words))
    shown = blocks(html(words), SITE)[0].words
    page = pages(one)[0]
    assert letters_of(page).count(letters_of(shown)) >= 1
    assert letters_of(words) in letters_of(page)
    assert "root:" not in page
    assert shown in [paragraph.text for paragraph in written(one).paragraphs]
    assert words in [paragraph.text for paragraph in written(one).paragraphs]


def test_letters_that_no_paper_can_hold_are_left_out() -> None:
    one = letter("Да\x0b и \x00нет.", card=Card(organisation="ООО\x01 «А»"))
    assert "Да и нет." in text.plain(one)
    assert "ООО «А»" in [paragraph.text for paragraph in written(one).paragraphs]


@pytest.mark.parametrize("form", ["txt", "md", "docx", "pdf"])
def test_the_same_letter_gives_the_same_bytes(form: out.Form) -> None:
    assert out.made(letter(BODY), form) == out.made(letter(BODY), form)


def test_files_say_nothing_of_when_and_by_whom() -> None:
    about = pypdf.PdfReader(io.BytesIO(out.made(letter(BODY), "pdf"))).metadata or {}
    assert not {"/CreationDate", "/ModDate", "/Author"} & set(about)
    properties = written(letter(BODY)).core_properties
    assert (properties.author, properties.last_modified_by) == ("", "")
    with zipfile.ZipFile(io.BytesIO(out.made(letter(BODY), "docx"))) as archive:
        assert {one.date_time[0] for one in archive.infolist()} == {1980}


def test_a_page_can_be_had_as_a_picture() -> None:
    (picture,) = paper.pictures(letter(BODY))
    assert picture.startswith(b"\x89PNG")


# --- which version


def test_the_mark_says_which_text_it_is() -> None:
    assert mark(0) == "Проект, не подписан"
    assert mark(2, is_changed=True) == "Проект, версия 2 с правками, не подписан"


def test_what_is_written_since_the_version_is_told(work_as: WorkAs, uid: str) -> None:
    with work_as(SERGEY) as work:
        first = queries.outgoing(work, uid)
        assert (first.version, first.is_changed) == (1, False)
        whole = make.content(fragments=[make.own("Замерим.", "q1", "q2")])
        drafting.write(work, uid, whole, based_on=1, tab="t1")
    with work_as(SERGEY) as work:
        now = queries.outgoing(work, uid)
        assert (now.version, now.is_changed) == (1, True)
        assert "Замерим." in now.reply.plain
        assert "Замерим." not in queries.outgoing(work, uid, 1).reply.plain


def test_a_frozen_version_keeps_its_day(work_as: WorkAs, uid: str, clock: SetClock) -> None:
    with work_as(SERGEY) as work:
        day = work.today
        number = finishing.make_ready(work, uid, based_on=1)
    clock.moment += timedelta(days=40)
    with work_as(SERGEY) as work:
        ready = queries.outgoing(work, uid)
        assert (ready.version, ready.is_changed, ready.reply.dated) == (number, False, day)
        assert queries.outgoing(work, uid, 1).reply.dated == work.today
