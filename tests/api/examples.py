"""The recorded examples of docs/api: which calls, and how their answers are made stable."""

import json
import re
from typing import Any

import msgspec
from httpx import Response

from tests.service import BASE, Service

_UID = re.compile(r"\b[0-9a-f]{32}\b")
_SURENESS = re.compile(r'("confidence": )[0-9.]+')
_JWT = re.compile(r"eyJ[\w-]+\.[\w-]+\.[\w-]+")
_SECRET = re.compile(r'("secret": ")[\w-]+')
_LINK = re.compile(r"(/welcome/)[\w-]+")


class Call(msgspec.Struct, frozen=True):
    """One call that stands in the documentation, and what is called before it.

    In its path and body `{uid}` is that of ITEM, `{made}` where the last call made something.
    """

    name: str
    method: str
    path: str
    who: str = ""
    body: Any = None
    accept: str = "application/json"
    headers: dict[str, str] = {}
    first: tuple["Call", ...] = ()


ITEM = "/api/meters/kto-meniaet"
_LOCK = (Call("", "POST", f"{ITEM}/@lock", "elena"),)
_COPY = (
    Call("", "POST", f"{ITEM}/@workingcopy", "elena"),
    Call("", "PATCH", ITEM, "elena", {"title": "Кто ставит счётчик?"}),
)
_REMARK = (
    Call("", "POST", f"{ITEM}/@comments", "olga",
         {"text": "Звонят и спрашивают иначе.", "quote": "сетевая организация"}),
)  # fmt: skip
_REPLY = {
    "letter": "До какого числа платить?",
    "subject": "Срок оплаты",
    "card": {"name": "Смирнова Анна Петровна", "number": "1187/П"},
    "questions": [{"id": "q1", "text": "До какого числа платить?", "start": 0, "end": 24}],
}
_OWN = {"id": "f1", "kind": "own", "text": "Платите до 15-го числа.", "questions": ["q1"]}
_DRAFT = (Call("", "POST", "/api/@drafts", "olga", _REPLY),)
_NEW_HOOK = {"url": "https://hooks.example.org/in", "events": ["item.published", "fact.changed"]}
_HOOK = (Call("", "POST", "/api/@hooks", "anna", _NEW_HOOK),)
_WRITTEN = (Call("", "POST", "/api/@drafts", "olga", {**_REPLY, "fragments": [_OWN]}),)
_WORDING = {"item": "{uid}", "kind": "wording", "text": "кто ставит новый прибор"}
_SUGGESTION = (Call("", "POST", "/api/@suggestions", "olga", _WORDING),)
CALLS = (
    Call("item", "GET", "/api/meters/kto-meniaet"),
    Call("item-staff", "GET", "/api/meters/kto-meniaet", "olga"),
    Call("item-expanded", "GET", "/api/meters/pokazaniia?expand=breadcrumbs,workflow"),
    Call("item-as-of", "GET", "/api/meters/kto-meniaet?as_of=2026-11-24"),
    Call("topic", "GET", "/api/meters?metadata_fields=UID&metadata_fields=code"),
    Call("batch", "GET", "/api/outage?b_size=2"),
    Call("search", "GET", "/api/@search?SearchableText=показания&metadata_fields=code"),
    Call("answers", "GET", "/api/@answers?q=за чей счёт меняют счётчик&limit=1"),
    Call("answers-danger", "GET", "/api/@answers?q=на земле лежит оборванный провод&limit=1"),
    Call("suggest", "GET", "/api/@suggest?q=кто мен"),
    Call("analyse", "POST", "/api/@analyse", "olga",
         {"text": "Меня зовут Смирнова Анна Петровна, лицевой счёт 740012345678. Прошу заменить "
          "счётчик и сообщить, до какого числа передавать показания. Провод упал на дорогу!",
          "channel": "web"}),
    Call("error-analyse", "POST", "/api/@analyse", "elena", {"text": "Когда включат свет?"}),
    Call("render", "POST", "/api/@render", "elena", {"text": "**Да.**\n\n::: staff\nНет.\n:::\n"}),
    Call("render-mistake", "POST", "/api/@render", "elena", {"text": "::: staff\nНет."}),
    Call("breadcrumbs", "GET", "/api/meters/kto-meniaet/@breadcrumbs"),
    Call("navigation", "GET", "/api/@navigation"),
    Call("workflow", "GET", "/api/meters/kto-meniaet/@workflow", "rita"),
    Call("facts", "GET", "/api/@facts"),
    Call("drafts", "GET", "/api/@drafts", "olga", first=_DRAFT),
    Call("draft-begin", "POST", "/api/@drafts", "olga", _REPLY),
    Call("draft", "GET", "{made}", "olga", first=_DRAFT),
    Call("draft-write", "PUT", "{made}", "olga", {**_REPLY, "fragments": [_OWN]},
         headers={"if-match": '"1"'}, first=_DRAFT),
    Call("error-draft-stale", "PUT", "{made}", "olga", {**_REPLY, "fragments": [_OWN]},
         headers={"if-match": '"7"'}, first=_DRAFT),
    Call("draft-insert", "POST", "{made}/fragments", "olga", {"item": "{uid}", "questions": ["q1"]},
         first=_DRAFT),
    Call("draft-checks", "GET", "{made}/checks", "olga", first=_DRAFT),
    Call("draft-text", "GET", "{made}/text?form=txt", "olga", first=_WRITTEN),
    Call("error-draft-not-ready", "POST", "{made}/ready", "olga", headers={"if-match": '"1"'},
         first=_DRAFT),
    Call("draft-step", "POST", "{made}/put-away", "olga", {"reason": "ответили по телефону"},
         first=_DRAFT),
    Call("draft-versions", "GET", "{made}/versions", "olga", first=_DRAFT),
    Call("draft-version", "GET", "{made}/versions/1", "olga", first=_DRAFT),
    Call("hooks", "GET", "/api/@hooks", "anna", first=_HOOK),
    Call("hook-created", "POST", "/api/@hooks", "anna", _NEW_HOOK),
    Call("error-hook", "POST", "/api/@hooks", "anna",
         {"url": "https://other.example.org/in", "events": []}),
    Call("hook", "GET", "{made}", "anna", first=_HOOK),
    Call("hook-changed", "PATCH", "{made}", "anna", {"is_active": False}, first=_HOOK),
    Call("hook-removed", "DELETE", "{made}", "anna", first=_HOOK),
    Call("hook-test", "POST", "{made}/test", "anna", first=_HOOK),
    Call("hook-deliveries", "GET", "{made}/deliveries", "anna", first=_HOOK),
    Call("suggestion-make", "POST", "/api/@suggestions", "olga", _WORDING),
    Call("suggestions", "GET", "/api/@suggestions?status=new", "elena", first=_SUGGESTION),
    Call("suggestion-take", "POST", "{made}/take", "elena", first=_SUGGESTION),
    Call("gaps", "GET", "/api/@gaps?days=90&b_size=2", "elena"),
    Call("fact", "GET", "/api/@facts/call_term", "elena"),
    Call("fact-impact", "GET", "/api/@facts/call_term/impact?valid_from=2027-01-01", "elena"),
    Call("fact-proposed", "POST", "/api/@facts/call_term", "elena",
         {"value": "2", "unit": "часов", "valid_from": "2027-01-01", "source": "приказ № 200"},
         headers={"if-match": "*"}),
    Call("fact-without-tag", "POST", "/api/@facts/call_term", "elena",
         {"value": "2", "unit": "часов", "valid_from": "2027-01-01", "source": "приказ № 200"}),
    Call("types", "GET", "/api/meters/@types", "rita"),
    Call("type", "GET", "/api/@types/StandardQuestion", "olga"),
    Call("vocabularies", "GET", "/api/@vocabularies", "olga"),
    Call("vocabulary", "GET", "/api/@vocabularies/plone.app.vocabularies.Keywords", "olga"),
    Call("source", "GET", "/api/meters/kto-meniaet/@sources/owner", "olga"),
    Call("contextnavigation", "GET", "/api/meters/pokazaniia/@contextnavigation"),
    Call("actions", "GET", "/api/meters/pokazaniia/@actions", "elena"),
    Call("site", "GET", "/api/@site"),
    Call("history", "GET", "/api/meters/kto-meniaet/@history", "rita"),
    Call("revert", "PATCH", "/api/meters/kto-meniaet/@history", "rita", {"version": 1}),
    Call("querystring-search", "POST", "/api/@querystring-search", "elena",
         {"query": [{"i": "review_by", "o": "plone.app.querystring.operation.date"
                     ".lessThanRelativeDate", "v": 100}], "sort_on": "review_by"}),
    Call("copy", "POST", "/api/outage/@copy", "rita",
         {"source": ["/meters/kto-meniaet", "https://help.example/about"]}),
    Call("move", "POST", "/api/outage/@move", "rita", {"source": "/meters/kto-meniaet"}),
    Call("aliases", "GET", "/api/meters/new-place/@aliases", "elena"),
    Call("aliases-add", "POST", "/api/meters/kto-meniaet/@aliases", "elena",
         {"items": [{"path": "/m01"}]}),
    Call("users", "GET", "/api/@users?query=o", "anna"),
    Call("user", "GET", "/api/@users/olga", "olga"),
    Call("user-created", "POST", "/api/@users", "anna",
         {"username": "sergey", "fullname": "Сергей Громов", "email": "sergey@example.org",
          "roles": ["specialist"], "groups": ["metering"]}),
    Call("groups", "GET", "/api/@groups", "anna"),
    Call("group", "PATCH", "/api/@groups/metering", "anna",
         {"title": "Отдел учёта", "users": {"olga": True}}),
    Call("principals", "GET", "/api/@principals?search=el", "rita"),
    Call("sharing", "GET", "/api/meters/@sharing?search=el", "rita",
         first=(Call("", "POST", "/api/meters/@sharing", "rita",
                     {"entries": [{"id": "olga", "roles": {"Reviewer": True}}]}),)),
    Call("sharing-changed", "POST", "/api/meters/@sharing", "rita",
         {"entries": [{"id": "olga", "type": "user", "roles": {"Editor": True}}], "inherit": True}),
    Call("roles", "GET", "/api/@roles", "olga"),
    Call("userschema", "GET", "/api/@userschema", "olga"),
    Call("create", "POST", "/api/meters", "rita",
         {"@type": "StandardQuestion", "title": "Где мой счётчик?", "code": "M60",
          "text": {"content-type": "text/markdown", "data": "В щитке на площадке."}}),
    Call("create-file", "POST", "/api/meters", "rita",
         {"@type": "File", "title": "Бланк заявления",
          "file": {"filename": "Бланк.txt", "encoding": "base64",
                   "data": "0JfQsNGP0LLQu9C10L3QuNC1Lg=="}}),
    Call("upload", "POST", "/api/meters/@tus-upload", "rita",
         headers={"upload-length": "20", "upload-metadata": "filename YS50eHQ="}),
    Call("import", "POST", "/api/meters/@import", "rita",
         {"dry_run": True,
          "file": {"filename": "questions.csv", "encoding": "base64",
                   "data": "dGl0bGU7YW5zd2VyO2NoZWNrZWQKQT87Qi47CkM/O0QuO25ldmVyCg=="}}),
    Call("import-done", "POST", "/api/meters/@import", "rita",
         {"file": {"filename": "questions.csv", "encoding": "base64",
                   "data": "dGl0bGU7YW5zd2VyCkE/O0IuCg=="}}),
    Call("export", "GET", "/api/@export?form=csv", "rita", accept="*/*"),
    Call("change", "PATCH", "/api/meters/kto-meniaet", "rita", {"description": "Иначе."}),
    Call("step", "POST", "/api/meters/pokazaniia/@workflow/retract", "rita",
         {"comment": "на правку"}),
    Call("step-deep", "POST", "/api/meters/@workflow/retract", "rita",
         {"include_children": True, "expires": "2027-01-01T00:00:00+03:00"}),
    Call("lock", "POST", "/api/meters/kto-meniaet/@lock", "elena"),
    Call("lock-info", "GET", "/api/meters/kto-meniaet/@lock", "olga", first=_LOCK),
    Call("lock-refresh", "PATCH", "/api/meters/kto-meniaet/@lock", "elena", first=_LOCK),
    Call("unlock", "DELETE", "/api/meters/kto-meniaet/@lock", "rita", {"force": True}, first=_LOCK),
    Call("error-locked", "PATCH", "/api/meters/kto-meniaet", "rita", {"title": "Иначе?"},
         first=_LOCK),
    Call("workingcopy", "POST", "/api/meters/kto-meniaet/@workingcopy", "elena"),
    Call("workingcopy-info", "GET", "/api/meters/kto-meniaet/@workingcopy", "elena", first=_COPY),
    Call("workingcopy-check-in", "PATCH", "/api/meters/kto-meniaet/@workingcopy", "rita",
         first=_COPY),
    Call("workingcopy-discard", "DELETE", "/api/meters/kto-meniaet/@workingcopy", "elena",
         first=_COPY),
    Call("comment", "POST", "/api/meters/kto-meniaet/@comments", "olga",
         {"text": "Звонят и спрашивают иначе.", "quote": "сетевая организация"}),
    Call("comments", "GET", "/api/meters/kto-meniaet/@comments", "elena", first=_REMARK),
    Call("comment-one", "GET", "{made}", "olga", first=_REMARK),
    Call("comment-answer", "POST", "{made}", "elena", {"text": "Поправила."}, first=_REMARK),
    Call("comment-settled", "PATCH", "{made}", "elena", {"resolved": True}, first=_REMARK),
    Call("comment-deleted", "DELETE", "{made}", "rita", first=_REMARK),
    Call("resolveuid", "GET", "/api/resolveuid/{uid}"),
    Call("linkintegrity", "GET", "/api/@linkintegrity?uids={uid}", "rita"),
    Call("relations", "GET", "/api/@relations?source=/meters/pokazaniia", "olga"),
    Call("relations-counts", "GET", "/api/@relations", "olga"),
    Call("relations-added", "POST", "/api/@relations", "rita",
         {"items": [{"source": "/about", "target": "/meters", "relation": "relatedItems"}]}),
    Call("relations-removed", "DELETE", "/api/@relations", "rita",
         {"source": "/meters/pokazaniia", "target": "/meters/kto-meniaet"}),
    Call("trash", "DELETE", "/api/about", "rita"),
    Call("error-missing", "GET", "/api/nowhere", accept="*/*"),
    Call("error-missing-plone", "GET", "/api/nowhere"),
    Call("error-hidden", "GET", "/api/meters/draft"),
    Call("error-fields", "POST", "/api/meters", "rita",
         {"@type": "StandardQuestion", "title": "", "checked": "вчера"}),
    Call("error-impossible", "POST", "/api/outage/svet-01/@workflow/reject", "rita"),
    Call("health", "GET", "/api/@health?ready"),
)  # fmt: skip


def record(service: Service, call: Call) -> str:
    """Give a call and its answer as the text of an example."""
    path = filled(service, call)
    named = {"accept": call.accept, **call.headers}
    body = with_uid(service, call.body)
    answer = service.ask(call.method, path, call.who, body, **named)
    request: dict[str, Any] = {"method": call.method, "path": path, "accept": call.accept}
    if call.who:
        request["as"] = service.roles[call.who]
    if call.headers:
        request["headers"] = call.headers
    if call.body is not None:
        request["body"] = body
    shown = (
        "content-type",
        "content-disposition",
        "location",
        "cache-control",
        "vary",
        "retry-after",
    )
    response = {
        "status": answer.status_code,
        "headers": {name: answer.headers[name] for name in shown if name in answer.headers},
        "body": _body(answer),
    }
    text = json.dumps({"request": request, "response": response}, ensure_ascii=False, indent=2)
    return stable(text) + "\n"


def _body(answer: Response) -> Any:
    """Give a body as it is shown: of a table its first two rows."""
    if answer.headers.get("content-type", "").startswith("text/csv"):
        return "".join(answer.text.lstrip("\ufeff").splitlines(keepends=True)[:2])
    if answer.headers.get("content-type", "").startswith("text/plain"):
        return answer.text
    return answer.json() if answer.content else None


def filled(service: Service, call: Call) -> str:
    """Do what is called before, and give the path of the call."""
    made = ""
    for one in call.first:
        answer = service.ask(one.method, one.path, one.who, with_uid(service, one.body))
        assert answer.status_code < 400, answer.text
        made = answer.headers.get("location", "").removeprefix(BASE)
    uid = service.get(ITEM).json()["UID"] if "{uid}" in call.path else ""
    return call.path.replace("{uid}", uid).replace("{made}", made)


def with_uid(service: Service, body: Any) -> Any:
    """Give a body in which `{uid}` is that of ITEM."""
    text = json.dumps(body)
    if "{uid}" not in text:
        return body
    return json.loads(text.replace("{uid}", service.get(ITEM).json()["UID"]))


def stable(text: str) -> str:
    """Give the text with uids, tokens and hosts that are the same at every run."""
    seen: dict[str, str] = {}
    for uid in _UID.findall(text):
        seen.setdefault(uid, f"{len(seen) + 1:032x}")
    for uid, number in seen.items():
        text = text.replace(uid, number)
    # How sure the search is moves with every calibration, and is nothing of a form.
    text = _SURENESS.sub(r"\g<1>0.9", text)
    text = _SECRET.sub(r"\g<1>…", text)
    text = _LINK.sub(r"\g<1>…", text)
    return _JWT.sub("eyJ…", text).replace(BASE, "https://help.example.org")
