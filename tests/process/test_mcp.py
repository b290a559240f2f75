"""The tools of language models, driven by the protocol's own client against the real service."""

from collections.abc import Awaitable, Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import anyio
import httpx2
import msgspec
import pytest
from mcp.client import Client
from mcp.client.streamable_http import streamable_http_client

from tests.process.running import Kb, question

UID = "0198f3c2a1b07c3e9d5a4b6c7d8e9f0{}"
BODY = "Меняет сетевая компания.\n\n::: staff\nУточните у абонента тайну.\n:::\n"
DRAFT = "0198f3c2a1b07c3e9d5a4b6c7d8e9f09"
Tool = Callable[[str, dict[str, Any]], Awaitable[Any]]


@pytest.fixture(scope="module")
def kb(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Kb]:
    with Kb(tmp_path_factory.mktemp("mcp"), KB_MCP="on") as made:
        made.write(
            "meters/index.md",
            "---\ntype: Topic\ntitle: Счётчики\nstate: published\n---\nО счётчиках.\n",
        )
        made.write("meters/q1.md", question(UID.format(1), "Кто меняет счётчик?", BODY))
        made.write(
            "meters/q2.md",
            question(DRAFT, "Черновик о счётчике?", "Тайна.").replace("published", "private"),
        )
        for number in range(3, 8):
            other = question(UID.format(number), f"Как платить {number}?", "Платят в кассе.")
            made.write(f"meters/q{number}.md", other)
        made.start()
        yield made


def use(kb: Kb, act: Callable[[Client], Awaitable[Any]], login: str = "") -> Any:
    """Connect as somebody, as the protocol's client does, and do something."""
    headers = kb.sign_in(login) if login else {}

    async def connected() -> Any:
        async with httpx2.AsyncClient(headers=headers) as http:
            transport = streamable_http_client(kb.base + "/mcp", http_client=http)
            async with Client(transport) as client:
                return await act(client)

    # In a thread of its own: a browser that another test drives has left its loop in this one.
    with ThreadPoolExecutor(1) as pool:
        return pool.submit(anyio.run, connected).result(60)


def call(kb: Kb, tool: str, login: str = "", **values: Any) -> Any:
    return use(kb, lambda client: client.call_tool(tool, {"data": values}), login)


def told(result: Any) -> str:
    return "".join(part.text for part in result.content)


def test_the_tools_say_what_they_are_for(kb: Kb) -> None:
    found = use(kb, lambda client: client.list_tools())
    assert {tool.name for tool in found.tools} == {
        "search_answers",
        "read_answer",
        "propose_question",
        "analyse_letter",
    }
    assert all("Wrap a given callable" not in tool.description for tool in found.tools)


@pytest.mark.parametrize(
    ("tool", "login", "values"),
    [
        ("search_answers", "", {"question": "счётчик", "staff": True}),
        ("read_answer", "", {"item": "/meters/q2"}),
        ("read_answer", "operator", {"item": "/meters/q2"}),
        ("read_answer", "", {"item": DRAFT}),
        ("read_answer", "", {"item": "/nothing"}),
        ("analyse_letter", "", {"text": "Кто меняет счётчик?"}),
        ("analyse_letter", "editor", {"text": "Кто меняет счётчик?"}),
        ("analyse_letter", "operator", {"text": "я" * 60_001}),
        ("propose_question", "", {"topic": "/meters", "title": "Вопрос?", "answer": "Ответ."}),
        ("propose_question", "operator", {"topic": "/meters", "title": "В?", "answer": "О."}),
        ("propose_question", "editor", {"topic": "/meters", "title": " ", "answer": "О."}),
        ("propose_question", "editor", {"topic": "/m", "title": "В?", "answer": "О."}),
        ("propose_question", "editor", {"topic": "/meters", "title": "В?", "answer": "::: staff"}),
    ],
)
def test_what_is_not_allowed_is_refused_and_tells_nothing(
    kb: Kb, tool: str, login: str, values: dict[str, Any]
) -> None:
    result = call(kb, tool, login, **values)
    assert result.is_error
    assert "Тайна" not in told(result)
    assert '"code"' in told(result)


def test_a_visitor_finds_and_reads_the_public_answer_alone(kb: Kb) -> None:
    found = told(call(kb, "search_answers", question="кто меняет счетчик"))
    assert '"/meters/q1"' in found
    assert "/meters/q2" not in found
    read = told(call(kb, "read_answer", item="/meters/q1"))
    assert "Меняет сетевая компания" in read
    assert "тайну" not in read
    assert "тайну" in told(call(kb, "read_answer", "operator", item="/meters/q1"))


def test_a_danger_comes_before_any_answer(kb: Kb) -> None:
    assert '"danger":""' not in told(call(kb, "search_answers", question="провод лежит на земле"))


def test_a_letter_is_taken_apart_for_who_answers_customers(kb: Kb) -> None:
    text = "Прошу сообщить, кто меняет счётчик. Провод упал и искрит!"
    found = msgspec.json.decode(told(call(kb, "analyse_letter", "operator", text=text)))
    (question,) = found["questions"]
    assert question["proposals"][0]["@id"].endswith("/meters/q1")
    assert found["danger"]["phone"] is not None
    assert found["urgency"]["level"] == "immediate"


def test_what_is_proposed_is_private_until_an_editor_has_read_it(kb: Kb) -> None:
    proposed = call(
        kb,
        "propose_question",
        "editor",
        topic="/meters",
        title="Где стоит счётчик?",
        answer="В **щите**.",
        wordings=["место счётчика"],
        staff="Спросите этаж.",
    )
    assert '"state":"private"' in told(proposed)
    assert call(kb, "read_answer", item="/meters/gde-stoit-schetchik").is_error
    read = told(call(kb, "read_answer", "editor", item="/meters/gde-stoit-schetchik"))
    assert "Спросите этаж." in read
