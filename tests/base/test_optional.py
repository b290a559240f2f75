"""Packages that an installation may be without."""

import importlib

import pytest

from kb_service.base.errors import KbError, Kind
from kb_service.base.optional import need


def test_a_package_that_is_not_there_is_named_with_the_extra_that_brings_it() -> None:
    with pytest.raises(KbError) as caught:
        need("no_such_package_anywhere.inner", extra="docs")
    assert (caught.value.code, caught.value.kind) == ("package.missing", Kind.UNAVAILABLE)
    assert caught.value.params == {"module": "no_such_package_anywhere.inner", "extra": "docs"}


def test_a_package_that_is_there_is_given() -> None:
    assert need("json.decoder", extra="docs") is importlib.import_module("json.decoder")
