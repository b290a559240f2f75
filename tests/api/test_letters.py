"""`@analyse`: who may, what comes back, and that nothing of the letter stays behind."""

from typing import Any

import pytest
from sqlalchemy import func, select

from kb_service.base.audit import AuditRow
from kb_service.base.outbox import Job
from kb_service.letters.rules.content import MAX_LETTER
from kb_service.search.jobs import write_journal
from kb_service.search.tables import SearchEvent
from tests.service import Service

LETTER = (
    "Здравствуйте! Меня зовут Неведомова Анна Петровна, лицевой счёт 740012345678. "
    "Прошу заменить счётчик и сообщить, до какого числа передавать показания."
)


def analysed(service: Service, text: str = LETTER, who: str = "olga", **more: Any) -> Any:
    return service.ask("POST", "/api/@analyse", who, {"text": text, **more})


@pytest.mark.parametrize(("who", "status"), [("", 401), ("elena", 403), ("rita", 403)])
def test_a_letter_is_for_who_answers_customers(reading: Service, who: str, status: int) -> None:
    assert analysed(reading, who=who).status_code == status


def test_a_letter_is_taken_apart_for_who_answers_customers(reading: Service) -> None:
    answer = analysed(reading, channel="post")
    assert answer.status_code == 200
    assert answer.headers["cache-control"].startswith("private")
    body = answer.json()
    asked = [LETTER[one["start"] : one["end"]] for one in body["questions"]]
    assert asked == [one["text"] for one in body["questions"]]
    assert asked == ["Прошу заменить счётчик", "сообщить, до какого числа передавать показания"]
    kinds = {one["kind"]: LETTER[one["start"] : one["end"]] for one in body["personal_data"]}
    assert kinds == {"name": "Неведомова Анна Петровна", "account": "740012345678"}
    assert body["card"]["name"] == "Неведомова Анна Петровна"
    assert body["card"]["account"] == "740012345678"
    assert body["urgency"]["level"] == "normal"
    assert body["danger"] is None
    assert body["pending"] is False


def test_proposals_lead_to_items_that_are_there(reading: Service) -> None:
    body = analysed(reading).json()
    proposals = [*body["proposals"], *body["questions"][0]["proposals"]]
    assert proposals
    assert all(0 <= one["confidence"] <= 1 for one in proposals)
    first = reading.get(proposals[0]["@id"].removeprefix("https://help.example"), "olga").json()
    assert (first["UID"], first["title"]) == (proposals[0]["uid"], proposals[0]["title"])
    assert body["topic"] == "https://help.example/meters"


def test_danger_comes_with_its_steps(reading: Service) -> None:
    body = analysed(reading, "На дороге лежит оборванный провод и искрит. Когда уберёте?").json()
    assert body["urgency"]["level"] == "immediate"
    assert body["urgency"]["rule"] == body["danger"]["rule"]
    assert body["danger"]["steps"]


@pytest.mark.parametrize(
    "body",
    [
        {"text": "я" * (MAX_LETTER + 1)},
        {"text": 5},
        {"channel": "web"},
        {"text": "Когда?", "wait": -1},
        {"text": "Когда?", "wait": 11},
        {"text": "Когда?", "who": "я"},
    ],
)
def test_a_wrong_letter_is_refused_by_name(reading: Service, body: dict[str, Any]) -> None:
    answer = reading.ask("POST", "/api/@analyse", "olga", body)
    assert answer.status_code == 400
    assert answer.json()["errors"]


def test_the_longest_letter_is_read(reading: Service) -> None:
    text = ("Прошу заменить счётчик. " * 3000)[: MAX_LETTER - 30] + " Провод упал и искрит!"
    assert analysed(reading, text).json()["urgency"]["level"] == "immediate"


@pytest.mark.parametrize("text", ["", "\0", "😀" * 50, "????", "\n\n", "Здравствуйте!"])
def test_any_text_is_ordinary_input(reading: Service, text: str) -> None:
    answer = analysed(reading, text)
    assert answer.status_code == 200
    assert answer.json()["questions"] == []


def test_nothing_of_a_letter_stays_behind(
    service: Service, capfd: pytest.CaptureFixture[str]
) -> None:
    def rows() -> list[int]:
        with service.work() as work:
            tables = (AuditRow, SearchEvent, Job)
            return [
                work.session.scalar(select(func.count()).select_from(one)) or 0 for one in tables
            ]

    before = rows()
    assert analysed(service).status_code == 200
    assert service.house.engine.journal.is_empty
    with service.work() as work:
        write_journal(work, service.house.engine)
    assert rows() == before
    files = [path for path in service.house.settings.data_dir.rglob("*") if path.is_file()]
    kept = [path for path in files if "Неведомова".encode() in path.read_bytes()]
    assert kept == []
    assert "Неведомова" not in "".join(capfd.readouterr())
    assert "740012345678" not in service.get("/api/@metrics").text


def test_only_standard_questions_are_proposed(reading: Service) -> None:
    body = analysed(reading, "Расскажите о компании. О компании что известно?").json()
    lists = [body["proposals"], *(one["proposals"] for one in body["questions"])]
    assert all(one["title"] != "О компании" for proposals in lists for one in proposals)
