"""Files and pictures over the JSON face: whole in base64, and in pieces."""

import base64
import io

import pytest
from httpx import Response
from PIL import Image
from sqlalchemy.orm import Session

from kb_service.base.errors import KbError, Kind
from kb_service.base.ids import new_uid
from kb_service.gate.uploads import Upload
from tests.service import Service

PDF = b"%PDF-1.4\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n"
PIECE = "application/offset+octet-stream"


def picture(kind: str = "PNG") -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (8, 4), "red").save(out, kind)
    return out.getvalue()


def sent(name: str, data: bytes, **values: object) -> dict[str, object]:
    return {"filename": name, "data": base64.b64encode(data).decode(), **values}


def begin(service: Service, who: str = "elena", length: int = len(PDF), **words: str) -> Response:
    told = {"filename": "Бланк заявления.pdf", **words}
    header = ",".join(
        f"{name} {base64.b64encode(value.encode()).decode()}" for name, value in told.items()
    )
    headers = {"upload_length": str(length), "upload_metadata": header}
    return service.ask("POST", "/api/meters/@tus-upload", who, **headers)


def piece(
    service: Service, location: str, offset: int, data: bytes, who: str = "elena"
) -> Response:
    token = {"authorization": f"Bearer {service.tokens[who]}"} if who else {}
    return service.client.patch(
        location,
        content=data,
        headers={"content-type": PIECE, "upload-offset": str(offset), **token},
    )


@pytest.mark.parametrize(
    ("body", "field", "code"),
    [
        ({"@type": "File", "title": "Бланк"}, "file", "field.needed"),
        ({"@type": "Image", "title": "Схема", "file": sent("a.png", picture())}, "file",
         "field.not_of_type"),
        ({"@type": "Image", "image": sent("a.pdf", PDF)}, "image", "file.no_picture"),
        ({"@type": "Document", "title": "x", "file": sent("a.pdf", PDF)}, "file",
         "field.not_of_type"),
        ({"@type": "File", "file": {"filename": "a.pdf", "data": "не base64"}}, "file",
         "file.encoding"),
        ({"@type": "File", "file": sent("a.pdf", PDF, encoding="hex")}, "file", "file.encoding"),
    ],
)  # fmt: skip
def test_a_wrong_file_is_refused_at_its_field(
    service: Service, body: dict[str, object], field: str, code: str
) -> None:
    answer = service.ask("POST", "/api/meters", "elena", body)
    assert answer.status_code == 400, answer.text
    assert [(one["field"], one["code"]) for one in answer.json()["errors"]] == [(field, code)]


@pytest.mark.parametrize(
    ("name", "data"),
    [("a.html", b"<script>1</script>"), ("a.svg", b"<svg/>"), ("a.pdf", b"<html>"), ("a", PDF)],
)
def test_what_a_browser_could_run_is_not_taken(service: Service, name: str, data: bytes) -> None:
    body = {"@type": "File", "file": sent(name, data)}
    answer = service.ask("POST", "/api/meters", "elena", body)
    assert answer.status_code == 400
    assert answer.json()["code"] in ("file.type_refused", "file.broken")


def test_a_file_is_kept_named_and_given_back(service: Service) -> None:
    body = {"@type": "File", "file": sent("Бланк заявления.pdf", PDF)}
    made = service.ask("POST", "/api/meters", "rita", body)
    assert made.status_code == 201, made.text
    item = made.json()
    assert (item["id"], item["title"]) == ("blank-zaiavleniia.pdf", "Бланк заявления.pdf")
    assert item["file"]["content-type"] == "application/pdf"
    assert item["file"]["size"] == len(PDF)
    download = item["file"]["download"].removeprefix("https://help.example")
    assert service.get(download).status_code in (401, 404)
    assert service.ask("POST", "/api/meters/blank-zaiavleniia.pdf/@workflow/publish", "rita")
    given = service.get(download)
    assert given.content == PDF
    assert given.headers["content-disposition"].startswith("attachment")
    again = service.ask("POST", "/api/meters", "rita", body).json()
    assert again["id"] == "blank-zaiavleniia-1.pdf"


def test_a_file_is_replaced_and_what_came_out_goes_in_again(service: Service) -> None:
    body = {"@type": "Image", "title": "Схема", "image": sent("s.jpg", picture("JPEG"))}
    item = service.ask("POST", "/api/meters", "rita", body).json()
    assert (item["image"]["width"], item["image"]["height"]) == (8, 4)
    path = "/api/meters/" + item["id"]
    unchanged = service.ask("PATCH", path, "rita", {"image": item["image"], "title": "Схема щита"})
    assert unchanged.status_code == 204, unchanged.text
    after = service.get(path, "rita").json()
    assert after["title"] == "Схема щита"
    assert after["image"] == item["image"]
    service.ask("PATCH", path, "rita", {"image": sent("t.png", picture())})
    assert service.get(path, "rita").json()["image"]["content-type"] == "image/png"


@pytest.mark.parametrize(
    ("who", "status", "values"),
    [
        ("", 401, {}),
        ("olga", 403, {}),
        ("elena", 400, {"length": 0}),
        ("elena", 400, {"length": 1 << 40}),
        ("elena", 400, {"filename": ""}),
    ],
)
def test_an_upload_that_cannot_be_is_refused_at_once(
    service: Service, who: str, status: int, values: dict[str, object]
) -> None:
    assert begin(service, who, **values).status_code == status  # type: ignore[arg-type]


def test_pieces_become_an_item_when_the_last_has_come(service: Service) -> None:
    begun = begin(service)
    assert begun.status_code == 201, begun.text
    location = begun.headers["location"]
    assert piece(service, location, 0, PDF[:20]).headers["upload-offset"] == "20"
    asked = service.client.head(
        location, headers={"authorization": f"Bearer {service.tokens['elena']}"}
    )
    assert asked.headers["upload-offset"] == "20"
    assert asked.headers["upload-length"] == str(len(PDF))
    last = piece(service, location, 20, PDF[20:])
    assert last.status_code == 204, last.text
    assert last.headers["location"].endswith("/meters/blank-zaiavleniia.pdf")
    item = service.get("/api/meters/blank-zaiavleniia.pdf", "elena").json()
    assert (item["review_state"], item["file"]["size"]) == ("private", len(PDF))
    assert piece(service, location, len(PDF), b"").status_code == 404


def test_a_piece_at_the_wrong_place_is_told_the_right_one(service: Service) -> None:
    location = begin(service).headers["location"]
    piece(service, location, 0, PDF[:20])
    refused = piece(service, location, 10, PDF[10:])
    assert refused.status_code == 409
    assert refused.json()["params"]["offset"] == 20
    assert piece(service, location, 20, PDF).status_code == 400


def test_another_account_does_not_know_of_an_upload(service: Service) -> None:
    location = begin(service).headers["location"]
    assert piece(service, location, 0, PDF, "rita").status_code == 404
    assert piece(service, location, 0, PDF, "olga").status_code == 403
    assert service.ask("DELETE", location, "elena").status_code == 204
    assert piece(service, location, 0, PDF).status_code == 404


def test_a_refused_file_is_not_kept_for_another_try(service: Service) -> None:
    location = begin(service, length=6, filename="a.pdf").headers["location"]
    assert piece(service, location, 0, b"<html>").status_code == 400
    assert piece(service, location, 0, b"<html>").status_code == 404


def test_nobody_fills_the_disk_with_beginnings(service: Service) -> None:
    statuses = [begin(service).status_code for _ in range(21)]
    assert statuses == [201] * 20 + [429]


def test_a_handbook_that_waits_to_be_brought_in_is_no_upload_of_an_item(service: Service) -> None:
    now = service.house.clock.now()
    other = Upload(new_uid(), "elena", "/", len(PDF), "a.zip", "import", "", now)
    service.house.uploads.begin(other)
    location = f"/api/@tus-upload/{other.uid}"
    assert piece(service, location, 0, PDF).status_code == 404
    assert service.ask("DELETE", location, "elena").status_code == 404
    assert service.house.uploads.get(other.uid, "elena", now) == other


def test_a_last_piece_that_is_sent_again_makes_no_second_item(
    service: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    location = begin(service).headers["location"]

    def broken(_session: Session) -> None:
        raise KbError("database.busy", Kind.UNAVAILABLE)

    with monkeypatch.context() as patch:
        patch.setattr(Session, "commit", broken)
        assert piece(service, location, 0, PDF).status_code == 503
    again = piece(service, location, len(PDF), b"")
    assert again.status_code == 204, again.text
    assert again.headers["location"].endswith("/meters/blank-zaiavleniia.pdf")
    assert service.get("/api/meters/blank-zaiavleniia.pdf", "elena").status_code == 200
