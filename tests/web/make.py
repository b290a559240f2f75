"""Made-up pages for tests: frames, cards, items and answers, hostile where it matters."""

from datetime import UTC, date, datetime
from typing import Any

import msgspec

from kb_service.base.ids import Uid
from kb_service.base.paging import Batch
from kb_service.base.permissions import VISITOR, Actor
from kb_service.handbook.schemas import (
    Action,
    Card,
    Crumb,
    Danger,
    ItemView,
    Source,
    StandardQuestion,
    State,
)
from kb_service.search.schemas import Answer, Hit
from kb_service.web.frame import Company, Frame, MenuItem, Office
from tests.persons import OLGA

TODAY = date(2026, 11, 24)
NOON = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)
HOSTILE = '"><script>alert(1)</script><b onclick="x">&amp;\'%s {{ 7*7 }}'


def frame(language: str = "ru", actor: Actor = VISITOR, path: str = "/") -> Frame:
    """Give the frame of a page."""
    company = Company(
        short_name="Пример-Энерго",
        phone="0 000 000-01-00",
        phone_hours="будни 8:00–20:00",
        dispatch_phone="0 000 000-01-12",
        email="vopros@primer.example",
        cabinet_url="https://lk.primer.example",
        postal_address="000000, г. Примерск",
        search_example="почему большой счёт",
        offices=[Office("Центральный", "ул. Примерная, 1", "пн–пт")],
    )
    return Frame(
        language=language,
        path=path,
        base_url="https://help.example",
        today=TODAY,
        company=company,
        actor=actor,
        menu=[MenuItem("Desk", "/desk", is_current=True)] if actor is OLGA else [],
        pages=[card(path="/about", type="Page", title="О сервисе")],
        csrf="token",
        request_id="0123abcd",
    )


def card(**changes: Any) -> Card:
    """Give a card of a question that was checked and is not due."""
    values: dict[str, Any] = {
        "uid": Uid("a" * 32),
        "path": "/payment/srok",
        "type": "StandardQuestion",
        "state": State.PUBLISHED,
        "title": "До какого числа платить?",
        "description": "До 15-го числа. Вопросы: 0 000 000-01-00.",
        "code": "P01",
        "checked": date(2026, 11, 20),
        "review_by": date(2027, 3, 1),
        "valid_from": date(2026, 3, 1),
        "sources": [Source("ЖК РФ, ст. 155", "ч. 1", "https://law.example/155")],
        "topic": Crumb("/payment", "Оплата"),
        "created": NOON,
        "modified": NOON,
        "revision": 2,
    }
    return Card(**{**values, **changes})


def view(**changes: Any) -> ItemView:
    """Give a whole item with all its faces."""
    plain = card()
    values: dict[str, Any] = {
        **{name: getattr(plain, name) for name in plain.__struct_fields__},
        "html": '<h2 id="a">Шаги</h2><ol class="steps"><li>Раз</li><li>Два</li></ol>',
        "staff_html": "<ul><li>Канарейка</li></ul>",
        "letter_html": "<p>Вы спрашиваете.</p>",
        "letter_text": "Вы спрашиваете.",
        "content": StandardQuestion(title=plain.title, wordings=["крайний срок"]),
        "crumbs": [Crumb("/payment", "Оплата")],
        "related": [card(uid=Uid("b" * 32), path="/payment/peni", title="Пени")],
        "actions": [
            Action("Позвонить", "tel:+70000000112"),
            Action("Кабинет", "https://lk.example"),
        ],
        "toc": [(2, "a", "Шаги"), (2, "b", "Если"), (2, "c", "Иначе")],
    }
    return ItemView(**{**values, **changes})


def answer(query: str = "когда платить", **changes: Any) -> Answer:
    """Give a confident answer with two hits."""
    second = card(uid=Uid("b" * 32), path="/payment/peni", title="Пени", checked=False)
    hits = [
        Hit(card=one, excerpt="<mark>До</mark> 15-го", confidence=0.9) for one in (card(), second)
    ]
    values: dict[str, Any] = {"query": query, "confident": True, "hits": hits, "total": 2}
    return Answer(**{**values, **changes})


def danger(**changes: Any) -> Danger:
    """Give a danger to life."""
    values: dict[str, Any] = {
        "rule": "wire",
        "title": "Не подходите",
        "text": "Отойдите.",
        "steps": ["Отойдите.", "Звоните."],
        "phone": "0 000 000-01-12",
        "matched": ["провод"],
    }
    return Danger(**{**values, **changes})


class Record(msgspec.Struct):
    """Values under names, as templates read them."""

    values: dict[str, Any]

    def __getattr__(self, name: str) -> Any:
        try:
            return self.values[name]
        except KeyError as error:
            raise AttributeError(name) from error


def batch(*rows: dict[str, Any], total: int = 120) -> Batch[Record]:
    """Give a page of a long list."""
    return Batch([Record(row) for row in rows], total, 25, 25)
