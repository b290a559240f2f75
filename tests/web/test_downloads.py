"""Files and pictures: their bytes come through the door of their page, and nothing in them runs."""

import io
from collections.abc import Iterator
from pathlib import Path

import pytest
from litestar.testing import TestClient
from PIL import Image

from kb_service.app import create_app
from kb_service.base.clock import SetClock
from kb_service.base.errors import KbError
from kb_service.handbook.binaries import checked
from kb_service.settings import Settings
from kb_service.start import prepare, settle
from kb_service.wiring import House

DOCUMENT = "---\ntype: {kind}\ntitle: Бланк\nstate: {state}\n---\n"


def picture() -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (4, 3), "red").save(out, "PNG")
    return out.getvalue()


@pytest.fixture
def client(tmp_path: Path, clock: SetClock) -> Iterator[TestClient]:
    content = tmp_path / "content"
    content.mkdir()
    for name, kind, state, data in (
        ("blank.txt", "File", "published", b"empty form"),
        ("photo.png", "Image", "published", picture()),
        ("secret.txt", "File", "private", b"canary"),
        ("page.pdf", "File", "published", b"<html><script>alert(1)</script>"),
    ):
        (content / name).write_bytes(data)
        (content / f"{name}.md").write_text(DOCUMENT.format(kind=kind, state=state), "utf-8")
    settings = Settings(
        data_dir=tmp_path / "var", content_dir=content, index_dir=tmp_path / "index", encoder="off"
    )
    house = House(settings, clock)
    prepare(house)
    report = house.sync().take_in()
    assert [problem.code for problem in report.problems] == ["file.type_refused"]
    settle(house)
    with TestClient(create_app(house)) as made:  # type: ignore[arg-type]
        yield made


def test_a_private_file_gives_no_byte(client: TestClient) -> None:
    for path in ("/secret.txt/@@download", "/api/secret.txt/@@download/file"):
        answer = client.get(path)
        assert answer.status_code in (401, 404)
        assert b"canary" not in answer.content


def test_a_file_is_handed_over_and_cannot_run(client: TestClient) -> None:
    for path in ("/blank.txt/@@download", "/++api++/blank.txt/@@download/file"):
        answer = client.get(path, headers={"accept": "application/json"})
        assert answer.content == b"empty form"
        assert answer.headers["content-disposition"].startswith("attachment")
        assert "sandbox" in answer.headers["content-security-policy"]
        assert answer.headers["x-content-type-options"] == "nosniff"


def test_a_picture_is_shown_in_place(client: TestClient) -> None:
    for path in ("/photo.png/@@download", "/photo.png"):
        answer = client.get(path, headers={"accept": "image/avif,image/webp,*/*;q=0.8"})
        assert answer.status_code == 200
    assert answer.headers["content-type"] == "image/png"
    assert answer.headers["content-disposition"].startswith("inline")


@pytest.mark.parametrize("path", ["/blank.txt/@@download", "/photo.png", "/photo.png/@@download"])
def test_who_has_the_bytes_gets_none(client: TestClient, path: str) -> None:
    image = {"accept": "image/webp,*/*"}
    first = client.get(path, headers=image)
    for tag in (first.headers["etag"], f'"x", W/{first.headers["etag"]}', "*"):
        again = client.get(path, headers={**image, "if-none-match": tag})
        assert (again.status_code, again.content) == (304, b"")
        assert again.headers["etag"] == first.headers["etag"]
    assert client.get(path, headers={**image, "if-none-match": '"x"'}).content == first.content


def test_a_private_file_is_not_even_unchanged(client: TestClient) -> None:
    answer = client.get(
        "/secret.txt/@@download", headers={"if-none-match": "*", "range": "bytes=0-"}
    )
    assert answer.status_code == 404


@pytest.mark.parametrize(
    ("asked", "status", "body", "place"),
    [
        ("bytes=0-4", 206, b"empty", "bytes 0-4/10"),
        ("bytes=6-", 206, b"form", "bytes 6-9/10"),
        ("bytes=-4", 206, b"form", "bytes 6-9/10"),
        ("bytes=6-99999", 206, b"form", "bytes 6-9/10"),
        ("bytes=-99999", 206, b"empty form", "bytes 0-9/10"),
        ("bytes=10-", 416, b"", "bytes */10"),
        ("bytes=-0", 416, b"", "bytes */10"),
        ("bytes=4-1", 200, b"empty form", None),
        ("bytes=0-1,3-4", 200, b"empty form", None),
        ("bytes=-", 200, b"empty form", None),
        ("lines=1-2", 200, b"empty form", None),
    ],
)
def test_a_broken_download_goes_on(
    client: TestClient, asked: str, status: int, body: bytes, place: str | None
) -> None:
    answer = client.get("/blank.txt/@@download", headers={"range": asked})
    assert (answer.status_code, answer.content) == (status, body)
    assert answer.headers.get("content-range") == place
    assert answer.headers["accept-ranges"] == "bytes"


def test_a_download_does_not_go_on_with_other_bytes(client: TestClient) -> None:
    tag = client.get("/blank.txt/@@download").headers["etag"]
    for known, status in ((tag, 206), ('"older"', 200)):
        headers = {"range": "bytes=6-", "if-range": known}
        assert client.get("/blank.txt/@@download", headers=headers).status_code == status


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("a.svg", b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>"),
        ("a.html", b"<script>alert(1)</script>"),
        ("a.png", b"<svg onload=alert(1)>"),
        ("a.pdf", b"<html><script>alert(1)</script>"),
        ("a.docx", b"PK\x03\x04 broken"),
        ("a.txt", b"\xff\xfe\x00bad"),
        ("a.exe", b"MZ\x90"),
    ],
)
def test_what_is_not_what_it_says_is_refused(name: str, data: bytes) -> None:
    with pytest.raises(KbError, match=r"file\."):
        checked(name, data)
