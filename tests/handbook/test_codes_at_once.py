"""Two who give their items one code at the same moment: the second one is told so, in words."""

import threading

from kb_service.base.clock import SetClock
from kb_service.base.db import Database
from kb_service.base.errors import KbError
from kb_service.base.permissions import SYSTEM
from kb_service.base.work import open_work
from kb_service.handbook import codec
from kb_service.handbook.acts import edit
from kb_service.handbook.tables import Item
from tests.handbook import make
from tests.persons import RITA


def test_of_two_who_take_one_code_at_once_the_second_is_refused(
    fresh_database: Database, clock: SetClock
) -> None:
    with open_work(fresh_database, SYSTEM, clock) as work:
        topic = make.topic(work)
        uids = [make.question(work, topic, f"Вопрос {n}?", live=False) for n in range(2)]
    both = threading.Barrier(2)
    told: list[str] = []

    def take(uid: str) -> None:
        text = codec.decode(make.question_text("Вопрос?"))
        text_with_code = codec.revision_text(codec.edited(text, code="Z01"))
        both.wait(10)
        try:
            with open_work(fresh_database, RITA, clock) as work:
                edit.save(work, uid, text_with_code)
                # Long enough that the other one asks before this is kept.
                both_asked.wait(0.3)
            told.append("taken")
        except KbError as error:
            told.append(error.code)

    both_asked = threading.Event()
    threads = [threading.Thread(target=take, args=(uid,)) for uid in uids]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(20)
    assert sorted(told) == ["item.code_taken", "taken"]
    with open_work(fresh_database, SYSTEM, clock, write=False) as work:
        assert sorted(work.session.get_one(Item, uid).code or "" for uid in uids) == ["", "Z01"]
