"""What the search ships with: synonyms of the trade, questions from elsewhere for calibration."""

from functools import cache
from importlib import resources

import yaml


def synonyms() -> list[dict[str, object]]:
    """Give the packaged synonym groups, for a handbook that has none of its own."""
    groups: list[dict[str, object]] = yaml.load(synonyms_text(), Loader=yaml.CSafeLoader)
    return groups


def synonyms_text() -> str:
    """Give the packaged synonyms as they are typed."""
    return _text("synonyms.yaml")


def off_topic() -> list[str]:
    """Give questions that no electricity supplier's handbook answers."""
    return [line for line in _text("off_topic.txt").splitlines() if line.strip()]


@cache
def _text(name: str) -> str:
    file = resources.files("kb_service.search") / "defaults" / name
    return file.read_text(encoding="utf-8")
