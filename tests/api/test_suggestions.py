"""`@suggestions` over the API: refused first, then offered by the desk and settled by editors."""

from typing import Any

import pytest

from tests.service import Service

PATH = "/api/@suggestions"
ITEM = "/api/meters/kto-meniaet"


def body(service: Service, **fields: Any) -> dict[str, Any]:
    uid = service.get(ITEM, "olga").json()["UID"]
    return {"item": uid, "kind": "wording", "text": "кто ставит новый прибор", **fields}


@pytest.mark.parametrize(
    ("method", "path", "who", "status"),
    [
        ("GET", PATH, "", 401),
        ("POST", PATH, "", 401),
        ("POST", f"{PATH}/x/take", "", 401),
        ("POST", f"{PATH}/x/take", "olga", 403),
        ("POST", f"{PATH}/x/decline", "olga", 403),
    ],
)
def test_who_may_not_is_refused(
    reading: Service, method: str, path: str, who: str, status: int
) -> None:
    data = body(reading) if path == PATH and method == "POST" else None
    assert reading.ask(method, path, who, data).status_code == status


@pytest.mark.parametrize(
    ("fields", "status", "code"),
    [
        ({"text": " "}, 400, "suggestion.empty"),
        ({"text": "а" * 201}, 400, "suggestion.too_long"),
        ({"kind": "novel"}, 400, "request.wrong"),
        ({"item": "0" * 32}, 404, "item.missing"),
    ],
)
def test_what_cannot_be_kept_is_refused(
    service: Service, fields: dict[str, Any], status: int, code: str
) -> None:
    answer = service.ask("POST", PATH, "olga", body(service, **fields))
    assert (answer.status_code, answer.json()["code"]) == (status, code)


def test_a_wording_is_suggested_and_taken(service: Service) -> None:
    made = service.ask("POST", PATH, "olga", body(service))
    assert made.status_code == 201, made.text
    place = f"{PATH}/{made.json()['UID']}"
    assert made.headers["location"].endswith(place)
    again = service.ask("POST", PATH, "olga", body(service))
    assert (again.status_code, again.json()["code"]) == (409, "suggestion.exists")
    (one,) = service.get(f"{PATH}?status=new", "elena").json()["items"]
    assert (one["text"], one["item_path"]) == ("кто ставит новый прибор", "/meters/kto-meniaet")
    assert service.ask("POST", f"{place}/eat", "elena").status_code == 404
    taken = service.ask("POST", f"{place}/take", "elena")
    assert (taken.status_code, taken.json()["status"]) == (200, "taken")
    late = service.ask("POST", f"{place}/decline", "elena", {"reason": "нет"})
    assert (late.status_code, late.json()["code"]) == (409, "suggestion.settled")
    assert service.get(f"{PATH}?mine=true", "olga").json()["items"][0]["status"] == "taken"
