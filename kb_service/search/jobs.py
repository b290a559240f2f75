"""What the worker does for the search: index items, build anew, encode, write the journal.

Each job reads the database in units of its own: nothing slow happens while a write transaction is
open. Every job may run twice. After it,
this process serves what was written; others notice the new state by themselves.
"""

from collections.abc import Collection, Mapping, Sequence
from datetime import timedelta
from functools import partial

import msgspec
import numpy as np
from sqlalchemy import select

from kb_service.base.errors import KbError, conflict
from kb_service.base.log import logger
from kb_service.base.permissions import SYSTEM
from kb_service.base.work import Work, open_work
from kb_service.handbook import queries as handbook
from kb_service.search import packaged
from kb_service.search.arrays import Floats
from kb_service.search.calibrate import calibrate as fit_handbook
from kb_service.search.calibration import Calibrations
from kb_service.search.index import Changed
from kb_service.search.live import Engine
from kb_service.search.schemas import SynonymGroup
from kb_service.search.state import Words
from kb_service.search.tables import SearchEvent, Vector
from kb_service.search.vectors import drop_unused, encode_pending

_PIECE = 500
# From fewer questions a threshold would be a matter of chance.
_FEWEST_WORDINGS = 100
# How long the worker encodes at once: what is published meanwhile must be found within a second.
_SECONDS = 0.4
_AWAY = timedelta(minutes=1)


def index(work: Work, *, engine: Engine, items: Sequence[str]) -> None:
    """Bring changed items into the index, and out of it what is gone.

    Whatever other items have changed since the index's sequence come with them, so that the
    sequence it then serves is true. What concerns all of it, or cannot be done so, is left to a
    rebuild: that takes long, and readers wait for what is done here.
    """
    if engine.index.follow(partial(_newer, work, also=items)) is None:
        work.later("search.rebuild")
        return
    _serve(work, engine)


def rebuild(work: Work, *, engine: Engine, anew: bool = False) -> None:
    """Bring the index to what the database holds; `anew` builds all of it, whatever it is.

    What is published meanwhile is indexed meanwhile.
    """
    with open_work(work.database, SYSTEM, work.clock, write=False) as reading:
        entries = list(handbook.index_entries(reading))
        seq = handbook.last_change(reading)
        words = words_of(reading)
    engine.index.set_words(words)
    bring = engine.index.rebuild if anew else engine.index.sync
    bring(entries, seq, partial(_newer, work))
    if engine.vectors is not None:
        drop_unused(engine.index, engine.vectors)
    _serve(work, engine)


def differences(work: Work, engine: Engine) -> list[str]:
    """Give the items in which index and database differ."""
    return engine.index.differences(handbook.index_entries(work))


def verify(work: Work, *, engine: Engine) -> None:
    """Compare index and database, and build anew what differs: told, never in silence."""
    with open_work(work.database, SYSTEM, work.clock, write=False) as reading:
        wrong = set(differences(reading, engine))
    if wrong:
        # A change that came between the two looks is no difference.
        with open_work(work.database, SYSTEM, work.clock, write=False) as reading:
            wrong &= set(differences(reading, engine))
    if wrong:
        logger().warning("index differed", count=len(wrong))
        rebuild(work, engine=engine)


def encode(work: Work, *, engine: Engine) -> None:
    """Give vectors to some texts that lack one, and leave the rest to a next run."""
    encoder, file = engine.encoder, engine.vectors
    if encoder is None or file is None:
        return
    made: dict[int, Floats] = {}

    def lookup(keys: Sequence[int]) -> Mapping[int, Floats]:
        with open_work(work.database, SYSTEM, work.clock, write=False) as reading:
            return _cached(reading, encoder.name, keys)

    try:
        waiting = encode_pending(
            engine.index, encoder, file, lookup=lookup, keep=made.update, seconds=_SECONDS
        )
    except KbError as error:
        # An encoder of the company's own is away at times: no failed work, only later.
        if error.code != "encoder.away":
            raise
        logger().warning("encoder away", code=error.code)
        work.later("search.encode", run_at=work.now + _AWAY)
        return
    engine.refresh()
    known = _cached(work, encoder.name, list(made))
    work.session.add_all(
        Vector(key=key, encoder=encoder.name, data=np.asarray(vector, dtype="<f4").tobytes())
        for key, vector in made.items()
        if key not in known
    )
    if waiting:
        work.later("search.encode")


def calibrate(work: Work, *, engine: Engine, fewest: int = _FEWEST_WORDINGS) -> Calibrations:
    """Fit confidence on the handbook's own questions and serve it from now on; takes minutes.

    Raises: calibration.too_few wordings, of which nothing can be learnt.
    """
    with open_work(work.database, SYSTEM, work.clock, write=False) as reading:
        entries = list(handbook.index_entries(reading))
        words = words_of(reading)
    found = sum(len(entry.wordings) for entry in entries if entry.public)
    if found < fewest:
        raise conflict("calibration.too_few", found=found, needed=fewest)
    fitted = fit_handbook(entries, words, engine.encoder, packaged.off_topic(), now=work.now)
    engine.index.set_calibration(msgspec.json.format(msgspec.json.encode(fitted)))
    engine.refresh()
    return fitted


def write_journal(work: Work, engine: Engine) -> None:
    """Write what this process has noted."""
    work.session.add_all(
        SearchEvent(**msgspec.structs.asdict(event)) for event in engine.journal.take()
    )


def words_of(work: Work) -> Words:
    """Give the editors' synonyms and never-corrected words; packaged ones where there are none."""
    groups = handbook.words(work, "synonyms") or packaged.synonyms()
    never = handbook.words(work, "never_correct")
    return Words(
        msgspec.convert(groups, list[SynonymGroup], strict=False),
        [str(word) for word in never] if isinstance(never, list) else [],
    )


def _newer(work: Work, seq: int, *, also: Collection[str] = ()) -> Changed:
    """Read the items that have changed since a sequence, and some others, as they are now."""
    with open_work(work.database, SYSTEM, work.clock, write=False) as reading:
        uids = sorted((handbook.changes_after(reading, seq) | set(also)) - {""})
        entries = list(handbook.index_entries(reading, uids)) if uids else []
        last = handbook.last_change(reading)
    return Changed(last, entries, frozenset(uids) - {entry.uid for entry in entries})


def _serve(work: Work, engine: Engine) -> None:
    engine.refresh()
    if engine.encoder is not None:
        work.later("search.encode")


def _cached(work: Work, encoder: str, keys: Sequence[int]) -> dict[int, Floats]:
    found: dict[int, Floats] = {}
    for start in range(0, len(keys), _PIECE):
        rows = work.session.execute(
            select(Vector.key, Vector.data).where(
                Vector.encoder == encoder, Vector.key.in_(keys[start : start + _PIECE])
            )
        )
        found |= {key: np.frombuffer(data, dtype="<f4") for key, data in rows}
    return found
