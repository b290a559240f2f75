"""Files by their hash: kept once, checked, never outside their folder."""

import hashlib
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from kb_service.base.blobs import Blobs
from kb_service.base.errors import KbError, Kind

DATA = "ответ «да»".encode()
DIGEST = hashlib.sha256(DATA).hexdigest()


@pytest.fixture
def blobs(tmp_path: Path) -> Blobs:
    return Blobs(tmp_path / "blobs")


@pytest.mark.parametrize(
    "name",
    [
        "", "..", "../../etc/passwd", "/etc/passwd", DIGEST[:-1], DIGEST + "0", DIGEST.upper(),
        DIGEST[:-1] + "/", DIGEST[:-1] + "\0", "٠" * 64,
    ],
)  # fmt: skip
def test_a_name_that_is_no_digest_leads_nowhere(blobs: Blobs, name: str) -> None:
    with pytest.raises(KbError) as caught:
        blobs.get(name)
    assert (caught.value.code, caught.value.kind) == ("blob.missing", Kind.MISSING)


def test_bytes_that_are_not_there_are_missing(blobs: Blobs) -> None:
    with pytest.raises(KbError, match=r"blob\.missing"):
        blobs.get(DIGEST)


def test_damaged_bytes_are_not_given_out(blobs: Blobs) -> None:
    blobs.path(blobs.put(DATA)).write_bytes(DATA + b"!")
    with pytest.raises(KbError, match=r"blob\.damaged"):
        blobs.get(DIGEST)


def test_the_same_bytes_lie_there_once(blobs: Blobs) -> None:
    assert blobs.put(DATA) == blobs.put(DATA) == DIGEST
    assert blobs.get(DIGEST) == DATA
    assert [path.name for path in blobs.folder.rglob("*") if path.is_file()] == [DIGEST]


def test_many_may_bring_the_same_bytes_at_the_same_time(blobs: Blobs) -> None:
    data = b"x" * 1_000_000
    with ThreadPoolExecutor(8) as pool:
        (digest,) = set(pool.map(lambda _: blobs.put(data), range(16)))
    assert blobs.get(digest) == data
    assert len([path for path in blobs.folder.rglob("*") if path.is_file()]) == 1


def test_what_could_not_be_kept_leaves_no_rest(
    blobs: Blobs, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(_handle: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("os.fsync", full)
    with pytest.raises(OSError, match="No space"):
        blobs.put(DATA)
    assert [path for path in blobs.folder.rglob("*") if path.is_file()] == []
