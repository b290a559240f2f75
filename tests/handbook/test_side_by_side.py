"""Several at once on the same part of the tree: nobody waits in a circle, nothing is lost."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from sqlalchemy import select

from kb_service.base import audit
from kb_service.base.clock import Clock
from kb_service.base.db import Database
from kb_service.base.errors import KbError
from kb_service.base.ids import Uid
from kb_service.base.work import open_work
from kb_service.handbook.acts import aliases, edit, publishing, several, sheets, workflow
from kb_service.handbook.rules import paths
from kb_service.handbook.tables import Item, SheetRevision
from tests.handbook import make
from tests.persons import ANNA, RITA

ROUNDS = 6
Act = Callable[..., object]
Doing = Callable[[int], list[tuple[Act, tuple[object, ...]]]]


@pytest.fixture
def uids(fresh_database: Database) -> list[Uid]:
    """A topic and six live questions in it."""
    with open_work(fresh_database, RITA, Clock()) as work:
        topic = make.topic(work)
        return [
            topic,
            *(make.question(work, topic, f"Вопрос {n}?", name=f"q{n}") for n in range(6)),
        ]


def together(database: Database, *doings: Doing) -> set[str]:
    """Do in a thread each what these give for every round, an act a unit; give refusals' codes."""
    start, codes = Barrier(len(doings)), set()

    def run(doing: Doing) -> None:
        start.wait(timeout=10)
        for number in range(ROUNDS):
            for act, values in doing(number):
                try:
                    with open_work(database, ANNA, Clock()) as work:
                        act(work, *values)
                except KbError as error:
                    codes.add(error.code)

    with ThreadPoolExecutor(len(doings)) as pool:
        list(pool.map(run, doings))
    return codes


def check_whole(database: Database) -> None:
    """Every item lies where its parent and name say, and the journal holds."""
    with open_work(database, ANNA, Clock(), write=False) as work:
        rows = {one.uid: one for one in work.session.scalars(select(Item))}
        for one in rows.values():
            if one.parent_uid and one.trashed_at is None:
                assert one.path == paths.join(rows[one.parent_uid].path, one.name)
        assert audit.verify(work.session) is None


def saves(uids: list[Uid]) -> Doing:
    """Change every question in turn, the last one first, as each round's text."""

    def doing(number: int) -> list[tuple[Act, tuple[object, ...]]]:
        return [
            (edit.save, (uid, make.question_text(f"Правка {number} из {place}?")))
            for place, uid in reversed(list(enumerate(uids[1:])))
        ]

    return doing


def test_a_topic_is_moved_while_what_lies_in_it_is_saved(
    fresh_database: Database, uids: list[Uid]
) -> None:
    with open_work(fresh_database, RITA, Clock()) as work:
        other = make.topic(work, "Другое", "other")
        root = make.root(work)
    refused = together(
        fresh_database,
        lambda number: [(edit.move, (uids[0], other if number % 2 else root))],
        saves(uids),
        saves(uids),
    )
    assert refused == set()
    check_whole(fresh_database)


def test_a_topic_is_thrown_away_while_what_lies_in_it_is_published(
    fresh_database: Database, uids: list[Uid]
) -> None:
    refused = together(
        fresh_database,
        lambda _: [(edit.trash, (uids[0],)), (edit.untrash, (uids[0],))],
        lambda _: [(workflow.publish, (uid,)) for uid in reversed(uids[1:])],
        saves(uids),
    )
    # Published already, or in the trash just now: never «another was in the way».
    assert refused <= {"item.in_trash", "workflow.impossible"}
    check_whole(fresh_database)


def test_two_topics_are_never_put_into_each_other(fresh_database: Database) -> None:
    with open_work(fresh_database, RITA, Clock()) as work:
        root = make.root(work)
        one, other = make.topic(work), make.topic(work, "Другое", "other")
    refused = together(
        fresh_database,
        lambda _: [(edit.move, (one, other)), (edit.move, (one, root))],
        lambda _: [(edit.move, (other, one)), (edit.move, (other, root))],
    )
    assert refused <= {"item.into_itself"}
    check_whole(fresh_database)


def test_sheets_saved_at_once_are_numbered_without_a_gap(fresh_database: Database) -> None:
    def saver(who: str) -> Doing:
        return lambda number: [(sheets.save, ("glossary", f"- {who} {number}\n"))]

    assert together(fresh_database, saver("a"), saver("b"), saver("c")) == set()
    with open_work(fresh_database, ANNA, Clock(), write=False) as work:
        numbers = work.session.scalars(
            select(SheetRevision.number).order_by(SheetRevision.number)
        ).all()
    assert numbers == list(range(1, 3 * ROUNDS + 1))


def test_the_same_name_is_given_once(fresh_database: Database, uids: list[Uid]) -> None:
    text = make.question_text("Один?")
    refused = together(
        fresh_database, *[lambda number: [(edit.create, (uids[0], text))] for _ in range(3)]
    )
    assert refused == set()
    check_whole(fresh_database)


def test_several_are_moved_and_copied_while_each_is_saved(
    fresh_database: Database, uids: list[Uid]
) -> None:
    with open_work(fresh_database, RITA, Clock()) as work:
        other = make.topic(work, "Другое", "other")
    refused = together(
        fresh_database,
        lambda number: [
            (several.move_several, (uids[1:3], other if number % 2 else uids[0])),
            (several.copy_several, (uids[3:5], other)),
        ],
        saves(uids[:5]),
    )
    assert refused == set()
    check_whole(fresh_database)


def test_addresses_come_and_go_while_their_items_are_saved(
    fresh_database: Database, uids: list[Uid]
) -> None:
    def addresses(who: str, order: list[Uid]) -> Doing:
        def doing(_number: int) -> list[tuple[Act, tuple[object, ...]]]:
            wanted = [(uid, f"/{who}{place}", None) for place, uid in enumerate(order)]
            return [
                (aliases.add_several, (wanted,)),
                (aliases.remove, ([path for _uid, path, _moment in wanted],)),
            ]

        return doing

    refused = together(
        fresh_database, addresses("a", uids[1:]), addresses("b", uids[:0:-1]), saves(uids[:3])
    )
    assert refused == set()


def test_a_text_goes_out_with_its_files_while_they_are_saved(
    fresh_database: Database, uids: list[Uid]
) -> None:
    picture = "---\ntype: Image\ntitle: {}\n---\n"
    with open_work(fresh_database, RITA, Clock()) as work:
        files = [
            edit.create(work, uids[0], picture.format("a"), name=f"p{number}")
            for number in range(2)
        ]
    links = "\n".join(f"![p](/meters/p{number})" for number in range(2))

    def put_out(work: object, uid: Uid, text: str) -> None:
        publishing.put_out(work, text, uid=uid)  # type: ignore[arg-type]

    refused = together(
        fresh_database,
        lambda number: (
            [(workflow.retract, (uid,)) for uid in files]
            + [(put_out, (uids[1], make.question_text(f"Раз {number}?").replace("Ответ", links)))]
        ),
        lambda number: [(edit.save, (uid, picture.format(number))) for uid in reversed(files)],
        lambda number: [(edit.save, (uid, picture.format(f"x{number}"))) for uid in files],
    )
    assert refused <= {"workflow.impossible"}
    check_whole(fresh_database)
