"""What would become of each thing that a source brings: nothing is written here.

A thing is the same as an item by its uid, its code, its path, or its title below one topic, in
this order. Refusals are those that the acts would give, told before anything is done.
"""

from collections.abc import Iterator

import msgspec

from kb_service.base.errors import KbError, conflict, invalid
from kb_service.base.permissions import Permission
from kb_service.base.work import Work
from kb_service.handbook import bringing, codec, files, parts, parts_writer, render, sheets
from kb_service.handbook.acts.sheets import READERS
from kb_service.handbook.exchange.archive import problem_of
from kb_service.handbook.exchange.known import ROOT, Known
from kb_service.handbook.exchange.schemas import Incoming, Plan, Reading, Remark, Step, Where
from kb_service.handbook.queries import sheets as sheet_queries
from kb_service.handbook.rules import paths
from kb_service.handbook.schemas import TYPES, Document, Parts, State, Topic
from kb_service.handbook.tables import Item
from kb_service.text.difference import Change, difference, short

LOOSE = "/imported"
_LOOSE_TITLE = "Загружено из файла"
_FOLDERS = ("Topic",)


def plan(work: Work, reading: Reading, *, into: str = "") -> Plan:
    """Say what an import would do. `into` is the topic for what names none.

    Raises: session.needed, act.forbidden, item.missing for a topic that is not there.
    """
    work.allow_somewhere(Permission.ADD)
    planner = _Planner(work, reading, into)
    refused = [
        Step(outcome="refused", where=one.where, code=one.code, params=one.params)
        for one in reading.refused
    ]
    steps = [*planner.steps(), *refused]
    return Plan(steps, [*reading.notes, *planner.notes])


def changes_of(step: Step, lines: int = 2) -> list[Change]:
    """Give what a step changes in the text, word by word, with a few lines around."""
    return short(difference(step.before, step.after), lines)


class _Planner:
    """Goes over the things of one source and remembers what it promised already."""

    def __init__(self, work: Work, reading: Reading, into: str) -> None:
        self.work = work
        self.things = reading.things
        self.known = Known(work)
        self.into = into.rstrip("/")
        if self.into and self.known.at(self.into) is None:
            raise invalid("item.missing", path=into)
        self.company = sheet_queries.company(work)
        self.facts = sheet_queries.fact_keys(work)
        # By path: what type will be there; by code: who will have it.
        self.coming: dict[str, str] = {}
        self.codes: dict[str, str] = {}
        self.claimed: set[str] = set()
        self.notes: list[Remark] = []
        # Topics by the titles that things name them by; pictures by their tokens in texts.
        self.titles: dict[str, str] = {}
        self.named: dict[tuple[str, str], str] = {}
        self.tokens: dict[str, str] = {}

    def steps(self) -> Iterator[Step]:
        """Give the steps in order, topics that nobody brings before what lies in them."""
        for thing in self.things:
            topics: list[Step] = []
            try:
                if thing.sheet:
                    yield self._sheet(thing)
                    continue
                path = self._place(thing)
                topics = self._topics_above(thing, path)
                step = self._step(thing, path)
            except KbError as error:
                for topic in topics:
                    # Nothing will lie in it, unless another thing asks for it again.
                    self.coming.pop(topic.path, None)
                yield self._refused(thing, error)
                continue
            yield from topics
            yield step

    def _refused(self, thing: Incoming, error: KbError) -> Step:
        code, params = problem_of(error)
        where = thing.where
        # Of a whole document the line is that of its file; a row of a table keeps its own.
        if thing.document is not None or thing.sheet:
            where = Where(where.file, int(error.params.get("line", where.line)))
        title = str(thing.values.get("title", ""))
        return Step(
            outcome="refused", where=where, path=thing.path, title=title, code=code, params=params
        )

    def _sheet(self, thing: Incoming) -> Step:
        name = thing.sheet
        if name not in sheets.NAMES:
            raise invalid("sheet.unknown", name=name)
        sheet_queries.allow_sheet(self.work, name)
        READERS.get(name, sheets.read)(thing.text)
        before = self.known.sheet(name)
        if before != thing.text:
            sheet_queries.refuse_alone(self.work, name)
        if name == "facts":
            self.facts |= {fact.key for fact in sheets.read_facts(thing.text)}
        elif name == "company":
            self.company |= sheets.read_company(thing.text)
        outcome = "new" if before is None else "same" if before == thing.text else "changed"
        return Step(
            outcome=outcome,  # type: ignore[arg-type]  # one of the three words
            where=thing.where,
            path=thing.where.file,
            uid=name,
            before=before or "",
            after=thing.text,
            based_on=self.known.sheet_number(name),
            is_sheet=True,
        )

    def _place(self, thing: Incoming) -> str:
        """Give the path where a thing will be."""
        path = thing.path or self._among(thing, self._topic(thing))
        paths.check(path)
        if thing.type == "Topic":
            self.titles[str(thing.values.get("title", ""))] = path
        if thing.token:
            self.tokens[thing.token] = f"{path}/"
        return path

    def _topic(self, thing: Incoming) -> str:
        """Give the path of the topic that a thing names by path or title, there or not."""
        topic, top = thing.topic, self.into or ROOT
        if topic.startswith("/"):
            return topic.rstrip("/") or ROOT
        if not topic:
            return top if self.into or thing.type == "Topic" else LOOSE
        found = self.titles.get(topic) or self.known.topic_titled(topic, top)
        path = found or paths.join(top, paths.slug(topic))
        self.titles.setdefault(topic, path)
        return path

    def _among(self, thing: Incoming, above: str) -> str:
        """Give the path of a thing among its neighbours: that of the one it is, or a free one."""
        title = str(thing.values["title"])
        code = str(thing.values.get("code", ""))
        if (above, title) in self.named:
            raise conflict("import.twice", path=self.named[above, title])
        same = self.known.coded(code) or self.known.titled(above, title)
        if same is not None and same.type == thing.type and same.path not in self.claimed:
            self.named[above, title] = same.path
            return same.path
        path = paths.join(above, thing.name or paths.slug(title))
        there = self.known.at(path)
        if path in self.coming or (there is not None and not _may_be(there, thing, title)):
            taken = {one.rsplit("/", 1)[1] for one in [*self.coming, *self.known.below(above)]}
            path = paths.join(above, paths.unique(path.rsplit("/", 1)[1], taken))
        self.named[above, title] = path
        return path

    def _topics_above(self, thing: Incoming, path: str) -> list[Step]:
        above = path.rsplit("/", 1)[0] or ROOT
        if ROOT in (path, above):
            return []
        if above in self.coming or self.known.at(above) is not None:
            self._check_folder(above)
            return []
        first = self._topics_above(thing, above)
        paths.check(above)
        self._may_add(above)
        content = self._topic_content(above)
        state = State.PUBLISHED if thing.state == State.PUBLISHED else State.PRIVATE
        document = codec.new("Topic", content, "", state=state)
        self.coming[above] = "Topic"
        made = Step(
            outcome="new",
            where=thing.where,
            path=above,
            type="Topic",
            title=content.title,
            after=codec.typed_text(document),
            state=state,
        )
        return [*first, made]

    def _topic_content(self, path: str) -> Topic:
        """Give a topic that only its contents made: by the title that they named, or its name."""
        if path == LOOSE:
            return Topic(title=_LOOSE_TITLE)
        named = [title for title, where in self.titles.items() if where == path and title]
        return Topic(title=named[0]) if named else codec.topic_named(path.rsplit("/", 1)[1])

    def _check_folder(self, above: str) -> None:
        there = self.known.at(above)
        kind = self.coming.get(above) or (there.type if there else "Topic")
        if above != ROOT and kind not in _FOLDERS:
            raise invalid("item.parent_not_folder", path=above)

    def _may_add(self, path: str) -> None:
        above = path.rsplit("/", 1)[0] or ROOT
        while above != ROOT and self.known.at(above) is None:
            above = above.rsplit("/", 1)[0] or ROOT
        self.work.allow(Permission.ADD, self.known.at(above))

    def _step(self, thing: Incoming, path: str) -> Step:
        item = self.known.of_uid(thing.uid) or self.known.at(path)
        if item is not None and item.type != thing.type and path != ROOT:
            raise invalid("item.type_fixed", type=item.type)
        claims = {path, thing.uid, item.uid if item is not None else ""} - {""}
        if claims & self.claimed:
            raise conflict("import.twice", path=path)
        document = self._document(thing, item)
        self._check(document, path, item)
        step = self._compared(thing, path, document, item)
        self.claimed |= claims
        self.coming[path] = thing.type
        if code := getattr(document.content, "code", ""):
            self.codes[code] = path
        return step

    def _document(self, thing: Incoming, item: Item | None) -> Document:
        if thing.document is not None:
            return thing.document
        given = {name: self._with_places(text) for name, text in thing.parts.items()}
        if item is None:
            kind = TYPES[thing.type]
            body = parts_writer.joined(Parts(**given))
            state = thing.state or State.PRIVATE
            return codec.new(thing.type, kind(**thing.values), body, uid=thing.uid, state=state)
        present = codec.decode(self.known.text(item))
        body = parts_writer.replaced(present.body, given)
        return codec.edited(present, body=body, **thing.values)

    def _with_places(self, text: str) -> str:
        for token, path in self.tokens.items():
            text = text.replace(token, path)
        return text

    def _check(self, document: Document, path: str, item: Item | None) -> None:
        """Refuse what the acts would refuse. Raises: part.*, render.*, item.code_taken."""
        first_line = document.front.count("\n") + 2
        split = parts.split(document.body, offset=first_line)
        found = render.check(
            split, document.content, facts=self.facts, company=self.company, offset=first_line
        )
        if found:
            raise invalid(found[0].code, line=found[0].line, **found[0].params)
        code = getattr(document.content, "code", "")
        holder = self.known.coded(code)
        is_others = holder is not None and (item is None or holder.uid != item.uid)
        if code and (self.codes.get(code, path) != path or is_others):
            raise invalid("item.code_taken", taken=code)

    def _compared(self, thing: Incoming, path: str, document: Document, item: Item | None) -> Step:
        step = Step(
            outcome="new",
            where=thing.where,
            path=path,
            type=document.type,
            title=document.content.title,
            uid=thing.uid,
            after=codec.typed_text(document),
            state=thing.state,
            data=thing.data,
        )
        if item is None:
            self._may_add(path)
            step.state = thing.state or State.PRIVATE
            return step
        self.work.allow(Permission.EDIT, item)
        shown = files.state_in(item)
        before = self.known.text(item)
        moves = item.path != path and item.trashed_at is None
        if moves and self.known.at(path) is not None:
            raise conflict("item.exists", path=path)
        stays_draft = thing.state == State.PUBLISHED and _has_draft(item)
        if stays_draft:
            # Somebody's draft stands beside the live text: it gets these words, and stays one.
            step.state = None
            if step.after != before:
                remark = Remark(thing.where, "import.draft_stays", {"path": item.path})
                self.notes.append(remark)
        is_same_state = stays_draft or thing.state in (None, shown)
        is_same_state = is_same_state or self._waits(thing.state, shown, item)
        is_same = step.after == before and is_same_state and not moves
        is_trashed = item.trashed_at is not None
        return msgspec.structs.replace(
            step,
            outcome="same" if is_same and not is_trashed else "changed",
            uid=item.uid,
            before=before,
            based_on=self.known.number(item),
            state_before=shown,
            moved_from=item.path if moves else "",
            from_trash=is_trashed,
        )

    def _waits(self, wanted: State | None, shown: State, item: Item) -> bool:
        """Say whether a publication that is wanted waits already for somebody who may."""
        if wanted != State.PUBLISHED or shown != State.PENDING:
            return False
        return bringing.waits(self.work, item)


def _has_draft(item: Item) -> bool:
    """Say whether a draft stands beside the live text that nobody has offered for publication.

    One that waits for review or for its hour has been: to publish it is what its file asks for.
    """
    is_unfinished = item.draft == State.PRIVATE and item.scheduled_at is None
    return is_unfinished and item.live_uid is not None and item.trashed_at is None


def _may_be(there: Item, thing: Incoming, title: str) -> bool:
    """Say whether an item is what a thing names: of its type, with the same words as its title."""
    words = (paths.slug(one, limit=500) for one in (there.title, title))
    return there.type == thing.type and (bool(thing.name) or len(set(words)) == 1)


def remark_of(step: Step) -> Remark:
    """Give the refusal of a step as a remark."""
    return Remark(step.where, step.code, step.params)
