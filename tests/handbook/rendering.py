"""What the tests of rendering fill texts in with."""

from typing import Any

from kb_service.handbook.render import Context
from kb_service.handbook.schemas import Fact

COMPANY: dict[str, Any] = {
    "name": "АО «Пример»",
    "short_name": "Пример",
    "phone": "0 000 000-01-00",
    "phone_hours": "будни 8:00–20:00",
    "dispatch_phone": "0 000 000-01-12",
    "network_name": "Сети",
    "network_phone": "0 000 000-01-13",
    "cabinet_url": "https://lk.example/a_b(1)?x=1&y=2*3",
    "ask_url": "/ask",
}
FACTS = {"price": Fact(key="price", title="Ц", value="5 000", unit="₽")}
FACTS["meters_free_since"] = Fact(key="meters_free_since", title="С", value="1 июля 2020 года")
CONTEXT = Context(facts=FACTS, company=COMPANY)
