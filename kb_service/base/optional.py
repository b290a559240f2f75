"""Packages that a house may do without: loaded when needed, with a plain word if absent."""

import importlib
from typing import Any

from kb_service.base.errors import KbError, Kind


def need(module: str, *, extra: str) -> Any:
    """Give an optional module. Raises: package.missing, which names what to install."""
    try:
        return importlib.import_module(module)
    except ImportError as error:
        raise KbError("package.missing", Kind.UNAVAILABLE, module=module, extra=extra) from error
