"""Whole handbooks over the JSON face: `@import` and `@export`."""

import base64
from typing import Any

import pytest
from httpx import Response

from kb_service.api.services import exchange
from tests.handbook.exchange import make
from tests.service import Service

TABLE = "Вопрос;Ответ;Проверено\nГде пломба?;На крышке.;\nКто меняет?;Мы.;вчера\n".encode()


def body(name: str, data: bytes, **more: object) -> dict[str, Any]:
    file = {"filename": name, "data": base64.b64encode(data).decode(), "encoding": "base64"}
    return {"file": file, **more}


def sent(service: Service, who: str, name: str, data: bytes, **more: object) -> Response:
    return service.ask("POST", "/api/meters/@import", who, body(name, data, **more))


@pytest.mark.parametrize(("who", "status"), [("", 401), ("olga", 403)])
def test_who_may_write_nowhere_brings_nothing_in_and_takes_nothing_out(
    reading: Service, who: str, status: int
) -> None:
    assert sent(reading, who, "q.csv", TABLE).status_code == status
    assert reading.get("/api/@export", who).status_code == status


@pytest.mark.parametrize(
    ("name", "data", "code"),
    [
        ("h.zip", make.zipped({"../evil.md": b"x"}), "archive.name_unsafe"),
        ("h.zip", make.linked("a.md", "/etc/passwd"), "archive.link"),
        ("q.csv", b"color\nred\n", "import.no_title_column"),
        ("q.exe", b"MZ", "import.unknown_form"),
        ("", b"x", "import.no_file"),
    ],
    ids=make.no_bytes,
)
def test_a_file_that_is_not_taken_is_told_by_its_code(
    reading: Service, name: str, data: bytes, code: str
) -> None:
    answer = sent(reading, "rita", name, data)
    assert (answer.status_code, answer.json()["code"]) == (400, code)


def test_what_is_no_base64_is_refused_at_its_field(reading: Service) -> None:
    file = {"filename": "q.csv", "data": "не base64"}
    answer = reading.ask("POST", "/api/@import", "rita", {"file": file})
    assert answer.status_code == 400
    assert [one["field"] for one in answer.json()["errors"]] == ["file"]


def test_a_file_that_is_too_large_or_changes_too_much_is_refused(service: Service) -> None:
    large = b"x" * (exchange.MAX_BODY + 1)
    answer = service.client.post(
        "/api/@import",
        content=large,
        headers={
            "authorization": f"Bearer {service.tokens['rita']}",
            "content-type": "application/json",
            "accept": "application/json",
        },
    )
    assert (answer.status_code, answer.json()["code"]) == (413, "request.too_large")
    many = "title\n" + "".join(f"q{number}\n" for number in range(exchange.MAX_CHANGES + 1))
    answer = sent(service, "rita", "q.csv", many.encode())
    assert (answer.status_code, answer.json()["code"]) == (400, "import.too_many_changes")


def test_a_file_is_told_first_and_taken_in_then(service: Service) -> None:
    told = sent(service, "rita", "q.csv", TABLE, dry_run=True).json()
    assert told["counts"] == {"new": 1, "changed": 0, "same": 0, "refused": 1}
    [refused] = told["refused"]
    assert (refused["line"], refused["column"]) == (3, "C")
    assert refused["message"].startswith("Это не дата: вчера.")
    assert service.get("/api/meters/gde-plomba", "rita").status_code == 404
    done = sent(service, "rita", "q.csv", TABLE).json()
    [item] = done["items"]
    assert (item["outcome"], item["@type"]) == ("new", "StandardQuestion")
    made = service.get(item["@id"].removeprefix("https://help.example"), "rita").json()
    assert (made["title"], made["review_state"]) == ("Где пломба?", "private")
    again = sent(service, "rita", "q.csv", TABLE).json()
    assert again["counts"] == {"new": 0, "changed": 0, "same": 1, "refused": 1}


def test_a_changed_text_is_told_word_by_word(service: Service) -> None:
    sent(service, "rita", "q.csv", TABLE)
    told = sent(
        service, "rita", "q.csv", TABLE.replace("На".encode(), "Под".encode()), dry_run=True
    )
    [item] = told.json()["items"]
    words = [
        (one["op"], one["text"]) for one in item["changes"] if one["op"] in ("insert", "delete")
    ]
    assert words == [("delete", "На"), ("insert", "Под")]


@pytest.mark.parametrize("form", ["zip", "csv", "xlsx"])
def test_what_was_taken_out_changes_nothing_again(reading: Service, form: str) -> None:
    answer = reading.get(f"/api/@export?form={form}", "rita")
    assert answer.status_code == 200
    assert answer.headers["content-disposition"].endswith(f'.{form}"')
    told = reading.ask(
        "POST", "/api/@import", "rita", body(f"h.{form}", answer.content, dry_run=True)
    ).json()
    assert (told["counts"]["new"], told["counts"]["changed"], told["refused"]) == (0, 0, [])
    assert told["counts"]["same"] > 3
    assert reading.get("/api/@export?form=exe", "rita").json()["code"] == "export.unknown_form"


def test_an_editor_brings_in_what_waits_for_a_publisher_as_on_the_page(service: Service) -> None:
    answer = sent(service, "elena", "q.csv", TABLE)
    assert answer.status_code == 200, answer.text
    path = answer.json()["items"][0]["@id"]
    assert service.get(path, "elena").json()["review_state"] in ("private", "pending")
    assert service.get("/api/@export?form=csv", "elena").status_code == 200
