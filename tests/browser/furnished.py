"""The workplace with everything that can lie in it, and what its pages look like then.

`furnish` makes over the API what a handbook in use has: drafts, steps back, a proposal that waits,
a regulation to read, an announcement. The pages are judged in test_axe_edit.py, walked through by
keys in test_keys_edit.py, and their pictures are taken by shots.py.
"""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from playwright.sync_api import Page, expect

from tests.browser.test_axe import LOOKS, Look, drawn, planned
from tests.process.running import Kb

FACT = "reconnection_cost_max"
ANSWER = "/restriction/vernut-svet-posle-otkliucheniia"
ANSWER_UID = "01a20fe54ad177cc9df051e38d4b95dd"
QUERY = "value=6 000&unit=₽&valid_from=2027-01-01&source=ПП РФ № 3000"
LETTER = """Заявку на замену счётчика примем по телефону или на сайте.

::: staff
Спросите, где стоит счётчик: в квартире или на лестнице.
:::

::: letter
Сообщаем, что заявка на замену счётчика принята. Расходы не превышают 5 000 рублей.
:::
"""
_LATER = timedelta(days=30)


def furnish(kb: Kb) -> dict[str, str]:
    """Fill a running service; give the addresses and uids of what was made, by name."""
    editor, reviewer = kb.sign_in("editor"), kb.sign_in("reviewer")

    def made(where: str, who: dict[str, str], step: str = "publish", **fields: Any) -> Any:
        item = _sent(kb, "POST", f"/api{where}", who, fields)
        if step:
            _sent(kb, "POST", f"/api{kb.path_of(item)}/@workflow/{step}", who, {})
        return item

    question: dict[str, Any] = {"@type": "StandardQuestion", "text": LETTER}
    doc = made("/meters", reviewer, **question, title="Как подать заявку на замену счётчика?")
    path = kb.path_of(doc)
    for text in (LETTER.replace("примем", "принимаем"), LETTER.replace("или на", "и на")):
        _sent(kb, "PATCH", f"/api{path}", reviewer, {"text": text})
    _sent(kb, "PATCH", f"/api{path}", editor, {"text": LETTER + "\nПозвоните нам.\n"})
    draft = made("/charges", editor, "submit", **question, title="Почему в квитанции две строки?")
    back = {"comment": "Добавьте, где посмотреть вторую строку."}
    _sent(kb, "POST", f"/api{kb.path_of(draft)}/@workflow/reject", reviewer, back)
    made("/outage", editor, "submit", **question, title="Кого вызвать, если искрит розетка?")
    regulation = made(
        "/",
        reviewer,
        **{"@type": "Regulation"},
        title="Порядок ответов на обращения клиентов",
        description="Кто отвечает, в какой срок и кому передаёт обращение.",
        version="3",
        in_force_from="2026-12-01",
        acknowledgement_required=True,
        text="Отвечаем в день обращения.\n\n## Если ответить сразу нельзя\n\nПерезвоните.\n",
    )
    now = datetime.now(UTC)
    news = made(
        "/",
        reviewer,
        **{"@type": "Announcement"},
        title="Плановые работы на подстанции",
        description="Света не будет с 10:00 до 16:00.",
        area="Улицы Мира и Садовая, посёлок Заречный",
        starts=(now - timedelta(hours=1)).isoformat(),
        ends=(now + _LATER).isoformat(),
        text="Включим раньше, если закончим раньше.\n",
    )
    changes = f"/api/@facts/{FACT}"
    value = {"value": "6 000", "unit": "₽", "valid_from": "2027-01-01", "source": "ПП РФ № 3000"}
    decided = _sent(kb, "POST", changes, editor, value | {"source": "Письмо без номера"})
    step = f"{changes}/changes/{decided['UID']}/reject"
    _sent(kb, "POST", step, reviewer, {"comment": "Нужен номер постановления."})
    waits = _sent(kb, "POST", changes, editor, value | {"note": "Опубликовано 20 ноября."})
    return {
        "doc": path,
        "doc_uid": doc["UID"],
        "draft": kb.path_of(draft),
        "regulation": kb.path_of(regulation),
        "regulation_uid": regulation["UID"],
        "news": kb.path_of(news),
        "waits": waits["UID"],
        "decided": decided["UID"],
    }


def _sent(kb: Kb, method: str, path: str, who: Mapping[str, str], body: Any) -> Any:
    answer = kb.client.request(method, path, json=body, headers={**who, "if-match": "*"})
    assert answer.status_code < 300, f"{method} {path}: {answer.text}"
    return answer.json() if answer.content else {}


def another_saves(page: Page) -> None:
    """Save a text while a colleague's newer one has been saved: both are shown."""
    drawn(page)
    page.locator("[name=based_on]").evaluate("field => { field.value = '1'; }")
    page.locator("#public").fill("Заявку примем только на сайте.\n")
    page.locator("#save").press("Enter")
    page.locator("#merge").wait_for()


def ended(page: Page) -> None:
    """Save after the session has ended, without a script that would ask in place."""
    drawn(page)
    page.context.clear_cookies()
    page.evaluate("document.querySelector('#document').submit()")
    page.locator("form[action$='/edit/resume']").wait_for()


def kept(page: Page) -> None:
    """Type a text and leave the page without saving it."""
    page.locator("#title").fill("Как узнать, сколько осталось заплатить?")
    page.locator("#public").fill("Остаток виден в личном кабинете.\n")
    expect(page.locator("#kept")).to_contain_text("Черновик записан в")
    page.on("dialog", lambda dialog: dialog.accept())


def unsaved_offered(page: Page) -> None:
    kept(page)
    page.reload()
    page.locator("#unsaved-1").wait_for()


def unsaved_compared(page: Page) -> None:
    unsaved_offered(page)
    page.locator("#unsaved-1 a", has_text="Показать разницу").press("Enter")
    page.wait_for_url("**/edit/drafts/*")


def unsaved_listed(page: Page) -> None:
    kept(page)
    page.goto("/edit")
    page.locator("#h-unsaved").wait_for()


def opened_preview(page: Page) -> None:
    """Open the preview as a page of its own, in this very tab."""
    drawn(page)
    page.locator("[formtarget]").evaluate("button => button.removeAttribute('formtarget')")
    page.locator("[formaction$='/edit/preview']").press("Enter")
    page.wait_for_url("**/edit/preview")


def opened_letter(page: Page) -> None:
    page.locator("[name=as][value=letter]").check(force=True)
    page.locator("#preview .paper").wait_for()
    page.locator("[formtarget]").evaluate("button => button.removeAttribute('formtarget')")
    page.locator("[formaction$='/edit/preview']").press("Enter")
    page.wait_for_url("**/edit/preview")


def read(page: Page) -> None:
    page.locator("[action$='/desk/regulations'] button").press("Enter")
    page.locator(".callout.ok").wait_for()


def value_refused(page: Page) -> None:
    page.locator("#value").fill("5 000")
    page.locator("#valid_from").fill("2026-01-01")
    page.locator("#source").fill("ПП РФ № 3000")
    page.locator("#value").press("Enter")
    page.locator(".errors").wait_for()


def fact_refused(page: Page) -> None:
    for name in ("title", "value", "source"):
        page.locator(f"#{name}").fill("Срок")
    page.locator("#key").fill("Срок замены")
    page.locator("#key").press("Enter")
    page.locator(".errors").wait_for()


def typed_folded(page: Page) -> None:
    page.locator("#h-typed").wait_for()


def sent_back(page: Page) -> None:
    page.locator("[value=reject]").press("Enter")
    page.locator(".errors").wait_for()


def brought_in(page: Page) -> None:
    planned(page)
    page.locator("[name=do][value=apply]").press("Enter")
    page.locator("#h-how-far").wait_for()


def opened_account(page: Page) -> None:
    page.locator("main a[href*='/admin/users/']").first.press("Enter")
    page.wait_for_url("**/admin/users/*")


def invited(page: Page) -> None:
    page.locator("#login").fill("новый человек")
    page.locator("#name").fill("Новый человек")
    page.locator("#login").press("Enter")
    page.locator(".errors").wait_for()


_FACT = f"/edit/facts/{FACT}"
# Addresses may name what `furnish` has made.
FURNISHED: dict[str, Look] = {
    "workplace in use": Look("/edit", "editor"),
    "workplace, unsaved": Look("/edit/new?parent=/charges", "editor", unsaved_listed),
    "workplace, with a draft": Look("/edit?show=draft", "reviewer"),
    "workplace, an empty list": Look("/edit?show=conflict", "editor"),
    "document with a newer draft": Look("/edit{doc}", "reviewer", drawn),
    "document sent back": Look("/edit{draft}", "editor", drawn),
    "document, a topic": Look("/edit/meters", "reviewer", drawn),
    "document, a regulation": Look("/edit{regulation}", "editor", drawn),
    "document, an announcement": Look("/edit{news}", "editor", drawn),
    "new announcement": Look("/edit/new?type=Announcement&parent=/outage", "editor"),
    "document, unsaved": Look("/edit{doc}", "reviewer", unsaved_offered),
    "document, unsaved against saved": Look("/edit/new?parent=/meters", "editor", unsaved_compared),
    "two texts": Look("/edit{doc}", "editor", another_saves, is_refused=True),
    "session ended": Look("/edit{doc}", "editor", ended, is_refused=True),
    "preview of a page": Look("/edit{doc}", "editor", opened_preview),
    "preview of a letter": Look("/edit{doc}", "editor", opened_letter),
    "history in use": Look("/edit/items/{doc_uid}/history?old=1&new=3", "reviewer"),
    "facts": Look("/edit/facts", "reviewer"),
    "fact": Look(_FACT, "editor", typed_folded),
    "fact, a new value": Look(f"{_FACT}/change", "editor"),
    "fact, refused": Look(f"{_FACT}/change", "editor", value_refused, is_refused=True),
    "fact, what it touches": Look(f"{_FACT}/change?{QUERY}", "editor", typed_folded),
    "fact, a correction": Look(f"{_FACT}/change?kind=correction&valid_from=2025-12-27", "editor"),
    "fact, before and after": Look(f"{_FACT}/preview/{ANSWER_UID}?{QUERY}", "editor"),
    "fact, before": Look(f"{_FACT}/preview/{ANSWER_UID}?{QUERY}&shown=before", "editor"),
    "fact, a proposal": Look(f"{_FACT}/changes/{{waits}}", "reviewer"),
    "fact, an own proposal": Look(f"{_FACT}/changes/{{waits}}", "editor"),
    "fact, sent back without a word": Look(
        f"{_FACT}/changes/{{waits}}", "reviewer", sent_back, is_refused=True
    ),
    "fact, decided": Look(f"{_FACT}/changes/{{decided}}", "editor"),
    "new fact": Look("/edit/facts/new-fact", "editor"),
    "new fact, refused": Look("/edit/facts/new-fact", "editor", fact_refused, is_refused=True),
    "English fact": Look(f"/en{_FACT}/change?{QUERY}", "editor", typed_folded),
    "brought in": Look("/edit/exchange", "reviewer", brought_in),
    "desk, a duty": Look("/desk", "operator"),
    "regulation to read": Look("{regulation}", "operator"),
    "regulation, read": Look("{regulation}", "head", read),
    "who has read": Look("/edit/acknowledged/{regulation_uid}", "reviewer"),
    "regulation for a visitor": Look("{regulation}"),
    "home with an announcement": Look("/"),
    "answer with an announcement": Look(ANSWER),
    "announcement": Look("{news}"),
    "account": Look("/admin/users", "administrator", opened_account),
    "accounts, refused": Look("/admin/users", "administrator", invited, is_refused=True),
    "a page for others": Look("/admin", "editor", status=403),
    "no such document": Look("/edit/net-takogo", "editor", status=404),
}
STAFF = {**{name: look for name, look in LOOKS.items() if look.who}, **FURNISHED}


def address_of(look: Look, made: Mapping[str, str]) -> str:
    """Give the address of a page with the names of what was made filled in."""
    return look.path.format(**made) if "{" in look.path else look.path
