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
