"""Hostile archives: each is refused whole, with its reason, before anything of it is used."""

import struct
import zipfile

import pytest

from kb_service.base.errors import KbError
from kb_service.handbook.exchange import archive
from kb_service.handbook.exchange.archive import Archive, Limits, checked_office
from tests.conftest import WorkAs
from tests.handbook.exchange import make
from tests.persons import RITA

MiB = 1024 * 1024


def code_of(data: bytes, limits: Limits = archive.HANDBOOK) -> str:
    with pytest.raises(KbError) as caught:
        Archive(data, limits).read_all()
    return caught.value.code


def encrypted() -> bytes:
    data = bytearray(make.zipped({"a.md": b"x"}, zipfile.ZIP_STORED))
    # The flag «encrypted» in the file's own head and in the directory.
    data[6] |= 1
    data[data.index(b"PK\x01\x02") + 8] |= 1
    return bytes(data)


def twice() -> bytes:
    return make.zipped({"a.md": b"1", "b.md": b"2"}, zipfile.ZIP_STORED).replace(b"b.md", b"a.md")


def foreign_name() -> bytes:
    """A name of another encoding, as old Windows programs write it."""
    data = make.zipped({"q.md": b"x"}, zipfile.ZIP_STORED)
    return data.replace(b"q.md", "п.m".encode("cp866") + b"d")


def lying() -> bytes:
    """An entry that says it is small and unpacks to more."""
    data = make.zipped({"a.md": b"x" * 5_000})
    return data.replace(struct.pack("<L", 5_000), struct.pack("<L", 50))


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (make.zipped({"../evil.md": b"x"}), "archive.name_unsafe"),
        (make.zipped({"a/../../evil.md": b"x"}), "archive.name_unsafe"),
        (make.zipped_as("/etc/evil.md"), "archive.name_unsafe"),
        (make.zipped_as("C:evil.md"), "archive.name_unsafe"),
        (make.zipped_as("a\\..\\evil.md"), "archive.name_unsafe"),
        (make.zipped_as("a//b.md"), "archive.name_unsafe"),
        (make.zipped_as("a/\u202egpj.md"), "archive.name_unsafe"),
        (make.zipped_as("a/nul.md"), "archive.name_unsafe"),
        (make.zipped_as("a" * 501), "archive.name_unsafe"),
        (make.linked("link.md", "/etc/passwd"), "archive.link"),
        (make.zipped({"inner.zip": make.zipped({"a.md": b"x"})}), "archive.nested"),
        (make.zipped({"inner.pdf": make.zipped({"a.md": b"x"})}), "archive.nested"),
        (make.zipped({"a.md": b"0" * (4 * MiB)}), "archive.bomb"),
        (make.zipped({"a.md": b"x", "A.md": b"y"}), "archive.name_twice"),
        (make.zipped({"\u0439.md": b"x", "\u0438\u0306.md": b"y"}), "archive.name_twice"),
        (make.zipped({"a.md": b"x"}, zipfile.ZIP_BZIP2), "archive.method"),
        (b"PK\x03\x04 and nothing more", "archive.broken"),
        (make.zipped({"a.md": b"x" * 500})[:-30], "archive.broken"),
        (twice(), "archive.name_twice"),
        (encrypted(), "archive.encrypted"),
        (foreign_name(), "archive.name_encoding"),
        (lying(), "archive.broken"),
    ],
    ids=make.no_bytes,
)
def test_a_hostile_archive_is_refused_with_its_reason(data: bytes, code: str) -> None:
    assert code_of(data) == code


@pytest.mark.parametrize(
    ("limits", "code"),
    [
        (Limits(packed=100), "archive.too_large"),
        (Limits(entry=999), "archive.too_large"),
        (Limits(total=1_999), "archive.too_large"),
        (Limits(count=1), "archive.too_many"),
    ],
)
def test_limits_hold(limits: Limits, code: str) -> None:
    data = make.zipped({"a.md": b"ab" * 500, "b.md": b"cd" * 500})
    assert code_of(data, limits) == code
    assert len(Archive(data).read_all()) == 2


def test_nothing_of_a_refused_archive_is_planned(work_as: WorkAs) -> None:
    with work_as(RITA) as work, pytest.raises(KbError) as caught:
        make.plan(work, "h.zip", make.zipped({**make.FILES, "../evil.md": b"x"}))
    assert caught.value.code == "archive.name_unsafe"


BOMB = b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;">]><x>&b;</x>'


@pytest.mark.parametrize(
    ("files", "code"),
    [
        ({"word/document.xml": BOMB}, "office.entities"),
        ({"word/document.xml": BOMB.decode().encode("utf-16")}, "office.entities"),
        ({"word/_rels/document.xml.rels": BOMB}, "office.entities"),
        ({"word/document.xml": b"<x>"}, "office.broken"),
        ({"word/document.xml": b"<x/>", "../x": b""}, "archive.name_unsafe"),
    ],
)
def test_an_office_file_with_entities_is_refused(files: dict[str, bytes], code: str) -> None:
    types = {"[Content_Types].xml": b"<Types/>"}
    with pytest.raises(KbError) as caught:
        checked_office(make.zipped({**types, **files}))
    assert caught.value.code == code


def test_an_archive_that_is_no_office_file_is_refused_as_one() -> None:
    with pytest.raises(KbError) as caught:
        checked_office(make.zipped({"a.md": b"x"}))
    assert caught.value.code == "office.broken"
