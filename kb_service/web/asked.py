"""What is asked on a page: the question in its address, what was found, and the question kept.

A link from the results to an answer carries the number of the search's journal entry, never the
words: those may be personal, and addresses travel to other people's logs. Source: A19, trust.md 9.
"""

import msgspec
from litestar.di import Provide
from litestar.params import FromQuery

from kb_service.base.ids import is_uid
from kb_service.base.work import Work
from kb_service.gate.site import Site
from kb_service.search import queries as search
from kb_service.search.schemas import Answer, Ask


class Asked(msgspec.Struct, frozen=True, kw_only=True):
    """The question of a page; empty where none was asked.

    `is_settled` says that somebody has stopped typing, where a script asks at every stop.
    """

    text: str = ""
    as_written: bool = False
    is_settled: bool = False


def provide_asked(
    q: FromQuery[str] = "", as_written: FromQuery[bool] = False, settled: FromQuery[bool] = False
) -> Asked:
    """Give the question of a request: the dependency `asked`."""
    return Asked(text=q.strip(), as_written=as_written, is_settled=settled)


ASKED = {"asked": Provide(provide_asked, sync_to_thread=False)}


def found(work: Work, site: Site, asked: Asked, ask: Ask) -> Answer:
    """Give what the search says to the question; `ask` says how it is asked.

    Raises: session.needed, act.forbidden (staff words for who may not read them).
    """
    if not asked.text:
        return Answer(query="")
    whole = msgspec.structs.replace(ask, text=asked.text, as_written=asked.as_written)
    return search.answer(work, site.engine, whole)


def event_of(text: str) -> str:
    """Give the journal entry that a link names; what is no such name is none."""
    return text if is_uid(text) else ""
