"""Whether somebody has said that they read a regulation in the version that holds. Source: R37."""

from collections.abc import Iterable

from kb_service.handbook.schemas import Content, Regulation

MAX_VERSION = 200


def asks(content: Content) -> bool:
    """Say whether staff must say that they have read this text."""
    return isinstance(content, Regulation) and content.acknowledgement_required


def is_same_text(live: tuple[str, str], read: Iterable[tuple[str, str]]) -> bool:
    """Say whether what was read is what holds now; each is a revision's uid and its version.

    A regulation without a version asks anew with every revision; one with a version only when that
    changes, so that a mended misprint does not call everybody back.
    """
    uid, version = live
    return any(
        one == uid or (version != "" and that_version == version) for one, that_version in read
    )


def version_of(content: Content) -> str:
    """Give the version of a regulation as its acknowledgements keep it; empty for all else."""
    return content.version.strip()[:MAX_VERSION] if isinstance(content, Regulation) else ""
