"""A page of a draft as a picture for docs; `python -m tests.letters.picture` makes it anew."""

from datetime import date
from pathlib import Path

from kb_service.handbook import sheets
from kb_service.handbook.markup import to_html
from kb_service.handbook.render import Context
from kb_service.letters import filling, out
from kb_service.letters.out import paper
from kb_service.letters.schemas import Card, Outgoing
from tests.letters import make

ROOT = Path(__file__).parents[2]
PICTURE = ROOT / "docs" / "screens" / "letter-draft.png"
CARD = Card(
    name="Смирнова Анна Петровна",
    address="000000, г. Примерск, ул. Образцовая, д. 7, кв. 12",
    account="740012345678",
    number="1187/П",
    written_on=date(2026, 11, 20),
)
FIRST = """Вы спросили, кто меняет счётчик в квартире и сколько это стоит.
В многоквартирном доме его меняем мы. **Это бесплатно.**

Чтобы мы заменили счётчик по лицевому счёту {{ applicant.account }}:

1. Подайте заявку на [странице о замене](/meters/zamena) или по телефону.
2. Дождитесь звонка мастера: он назовёт день и время.
3. В назначенный день подготовьте:
    - паспорт;
    - доступ к счётчику.
"""
SECOND = """До замены мы посчитаем плату по среднему расходу.
Передавать показания в это время не нужно."""


def letter() -> out.Letter:
    """Give the letter of the picture, from the company of the shipped handbook."""
    company = sheets.read_company((ROOT / "content/_company.yaml").read_text("utf-8"))
    words = filling.Words(sheets.read(sheets.default_text("salutations")))
    fragments = [make.own(one, name=f"f{number}") for number, one in enumerate((FIRST, SECOND))]
    reply = filling.reply(
        make.content(card=CARD, fragments=fragments),
        Context(facts={}, company=company),
        words,
        date(2026, 11, 24),
    )
    given = Outgoing(reply=reply, card=CARD, version=3)
    return out.letter(given, company, lambda text: to_html(text, "letter", "ru")[0])


if __name__ == "__main__":
    PICTURE.write_bytes(paper.pictures(letter())[0])
