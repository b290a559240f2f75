"""The one table: which job kind is which function, what is scheduled, what the house is made of.

`House` holds the mechanisms that settings make; the application, the worker and the command line
take what they need from it. Nothing below the top floor knows it.
"""

from collections.abc import Callable, Mapping
from datetime import date
from functools import partial
from pathlib import Path

import msgspec

from kb_service.base import repeats
from kb_service.base.blobs import Blobs
from kb_service.base.clock import Clock
from kb_service.base.db import Database
from kb_service.base.permissions import SYSTEM
from kb_service.base.work import Work, open_work
from kb_service.feedback import jobs as feedback_jobs
from kb_service.gate.site import Site
from kb_service.gate.uploads import Uploads
from kb_service.handbook import jobs as handbook_jobs
from kb_service.handbook.render import Renderer
from kb_service.handbook.sync import Sync
from kb_service.hooks import jobs as hooks_jobs
from kb_service.hooks import queries as hooks
from kb_service.hooks.rules import hosts_of
from kb_service.hooks.schemas import Policy
from kb_service.hooks.sender import Sender
from kb_service.people import jobs as people_jobs
from kb_service.people import setup
from kb_service.search import jobs as search_jobs
from kb_service.search.changes import Changes
from kb_service.search.live import Engine
from kb_service.search.remote import Place, RemoteEncoder
from kb_service.search.semantic import Encoder, encoder_named
from kb_service.settings import Settings

JobFunction = Callable[..., None]
# What a start leaves to the running service; and with it all that takes long.
FAR = frozenset({"hooks.send"})
AFTER_START = frozenset({"search.encode", "search.verify", "handbook.bulk"}) | FAR
SLOW = (AFTER_START - FAR) | {"search.rebuild"}
_DAY_S = 24 * 3600.0
# The start itself looks at the index's sequence only; all of it is compared when things are quiet.
_VERIFY_S = 30.0


class Schedule(msgspec.Struct, frozen=True):
    """Something that is done every so often, by kind; the first time so long after the start."""

    kind: str
    every_s: float
    run: Callable[[], None]
    after_s: float = 0.0


class Tables(msgspec.Struct, frozen=True):
    """What the background loop may have to do.

    Of the kinds in `batched` all waiting jobs are done in one unit: their function takes lists.
    Those in `slow` are done beside the others, in a thread of their own, and so are those in `far`,
    which wait for machines of others.
    """

    kinds: Mapping[str, JobFunction]
    schedules: tuple[Schedule, ...] = ()
    batched: frozenset[str] = frozenset()
    slow: frozenset[str] = frozenset()
    far: frozenset[str] = frozenset()


def _encoder_of(settings: Settings) -> Encoder | None:
    """Give the encoder that the settings name: at an address, of the wheel, or none."""
    if not settings.encoder_url or settings.encoder == "off":
        return encoder_named(settings.encoder)
    return RemoteEncoder(
        Place(
            url=settings.encoder_url,
            model=settings.encoder_model,
            dimensions=settings.encoder_dimensions,
            key=settings.encoder_key,
            prefixes=(settings.encoder_query_prefix, settings.encoder_passage_prefix),
        )
    )


class House:
    """Everything that settings make, made once a process."""

    def __init__(self, settings: Settings, clock: Clock | None = None) -> None:
        self.settings = settings
        self.clock = clock or Clock(settings.timezone)
        self.database = Database(settings.database)
        self.blobs = Blobs(settings.data_dir / "blobs")
        self.uploads = Uploads(settings.data_dir / "uploads")
        self.encoder = _encoder_of(settings)
        changes = Changes(self.database, self.clock)
        self.engine = Engine(settings.index_dir, self.encoder, self.clock, changes)
        self.renderer = Renderer()
        self.content_dir = Path(settings.content_dir)
        self._day_seen: date | None = None
        self.hooks = Policy(hosts_of(settings.webhook_hosts), settings.webhook_private)
        self.sender = Sender(self.hooks)

    def sync(self) -> Sync:
        """Give the mechanism that keeps the content folder in step."""
        return Sync(self.database, self.clock, self.content_dir, self.blobs)

    def site(self) -> Site:
        """Give what the handlers need."""
        return Site(
            database=self.database,
            clock=self.clock,
            engine=self.engine,
            renderer=self.renderer,
            blobs=self.blobs,
            uploads=self.uploads,
            base_url=self.settings.base_url.rstrip("/"),
            timezone=self.settings.timezone,
            proxies=self.settings.proxies,
            is_demo=self.settings.demo,
            hooks=self.hooks,
            token_key=setup.token_key(self.database, self.clock),
        )

    def tables(self) -> Tables:
        """Give what the background loop may have to do."""
        return Tables(self.kinds(), self.schedules(), frozenset({"search.index"}), SLOW, FAR)

    def kinds(self) -> Mapping[str, JobFunction]:
        """Give the function of each kind of job."""
        place = handbook_jobs.HandbookPlace(self.content_dir, self.blobs)
        base_url = self.settings.base_url.rstrip("/")
        return {
            "handbook.write": partial(handbook_jobs.write, place=place),
            "handbook.write_sheet": partial(handbook_jobs.write_sheet, place=place),
            "handbook.bulk": partial(handbook_jobs.bulk),
            "handbook.read_links": partial(handbook_jobs.read_links),
            "handbook.turn": partial(handbook_jobs.turn, place=place),
            "handbook.release": partial(handbook_jobs.release, place=place),
            "uploads.forget": partial(self._forget_upload),
            "search.index": partial(search_jobs.index, engine=self.engine),
            "search.rebuild": partial(search_jobs.rebuild, engine=self.engine),
            "search.verify": partial(search_jobs.verify, engine=self.engine),
            "search.encode": partial(search_jobs.encode, engine=self.engine),
            "hooks.send": partial(hooks_jobs.send, sender=self.sender, base_url=base_url),
        }

    def schedules(self) -> tuple[Schedule, ...]:
        """Give what is done every so often."""
        return (
            Schedule("search.journal", 2.0, self._write_journal),
            Schedule("search.mend", 5.0, self._mend_index),
            Schedule("search.verify", _DAY_S, partial(self._leave, "search.verify"), _VERIFY_S),
            Schedule("facts.day", 1.0, self._new_day),
            Schedule("hooks.look", 1.0, self._look_for_hooks),
            Schedule("people.expire", 600.0, self._expire),
        )

    def _write_journal(self) -> None:
        if self.engine.journal.is_empty:
            return
        with open_work(self.database, SYSTEM, self.clock) as work:
            search_jobs.write_journal(work, self.engine)

    def _mend_index(self) -> None:
        """What was taken away or damaged while we serve from memory is built anew."""
        if self.engine.needs_rebuild:
            self._leave("search.rebuild")

    def _forget_upload(self, _work: Work, upload: str) -> None:
        """Drop a file that was sent, now that what was made of it is kept."""
        self.uploads.forget_named(upload)

    def _leave(self, kind: str) -> None:
        with open_work(self.database, SYSTEM, self.clock) as work:
            work.later(kind)

    def _new_day(self) -> None:
        """At the first look of a day whose facts differ, everything is shown and found anew."""
        today = self.clock.today()
        if today == self._day_seen:
            return
        with open_work(self.database, SYSTEM, self.clock) as work:
            handbook_jobs.new_day(work)
        self._day_seen = today

    def _look_for_hooks(self) -> None:
        """Where nobody is to be told, this is one look at an empty table."""
        with open_work(self.database, SYSTEM, self.clock, write=False) as work:
            if not hooks.has_news(work):
                return
        with open_work(self.database, SYSTEM, self.clock) as work:
            hooks_jobs.look(work)

    def _expire(self) -> None:
        self.uploads.sweep(self.clock.now())
        with open_work(self.database, SYSTEM, self.clock) as work:
            people_jobs.expire(work)
            handbook_jobs.expire(work)
            feedback_jobs.expire(work, self.settings.rating_days)
            hooks_jobs.sweep(work)
            repeats.sweep(work.session, work.now)

    def close(self) -> None:
        """Let processes and connections go."""
        self.renderer.close()
        self.engine.close()
        self.database.close()
