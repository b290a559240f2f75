"""An encoder at an address: asked rightly over real HTTP, and done without where it fails."""

import json
import threading
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, ClassVar

import msgspec
import numpy as np
import pytest
from sqlalchemy import select

from kb_service.base import outbox
from kb_service.base.errors import KbError, Kind
from kb_service.search import jobs
from kb_service.search.live import Engine
from kb_service.search.remote import Place, RemoteEncoder
from kb_service.search.schemas import Leg
from kb_service.settings import Settings
from kb_service.wiring import House
from tests.conftest import WorkAs
from tests.persons import RITA
from tests.search import make
from tests.search.conftest import Library
from tests.search.make import ToyEncoder, entry

ENTRIES = [entry("Когда включат свет?", code="O01"), entry("Как передать показания?", code="R02")]


class Models(BaseHTTPRequestHandler):
    """The embeddings of another house: the toy encoder's, ten times as long; or a failure."""

    failure: ClassVar[str] = ""
    asked: ClassVar[list[tuple[dict[str, Any], str | None]]] = []

    def do_POST(self) -> None:
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        self.asked.append((body, self.headers["Authorization"]))
        rows = ToyEncoder().encode(body["input"])
        data = [{"index": n, "embedding": (10 * row).tolist()} for n, row in enumerate(rows)]
        status, answer = 200, json.dumps({"data": data[::-1]})
        if self.failure == "slow":
            time.sleep(0.5)
        elif self.failure == "moved":
            status = 302
        elif self.failure == "error":
            status = 500
        elif self.failure == "rubbish":
            answer = "<html>"
        elif self.failure == "short":
            answer = json.dumps({"data": [{"embedding": [1.0, 2.0]}]})
        elif self.failure == "nothing":
            answer = json.dumps({"data": [{"embedding": [0.0] * 64}]})
        self.send_response(status)
        self.send_header("Location", "/elsewhere")
        self.end_headers()
        self.wfile.write(answer.encode())

    def log_message(self, *_values: object) -> None:
        pass


@pytest.fixture
def address() -> Iterator[str]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), Models)
    thread = threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True)
    thread.start()
    Models.failure = ""
    Models.asked.clear()
    yield f"http://127.0.0.1:{server.server_address[1]}/v1/embeddings?v=1"
    server.shutdown()
    server.server_close()
    thread.join()


def place(address: str, **values: Any) -> Place:
    given = {"model": "toy", "dimensions": 64, "timeout_s": 5.0, **values}
    return Place(url=address, **given)


@pytest.mark.parametrize("failure", ["slow", "moved", "error", "rubbish", "short", "nothing"])
def test_failure_is_named_and_the_address_is_left_in_peace(address: str, failure: str) -> None:
    Models.failure = failure
    encoder = RemoteEncoder(place(address, timeout_s=0.1))
    for _ in range(3):
        with pytest.raises(KbError, match=r"encoder\.away") as raised:
            encoder.encode(["свет"])
        assert raised.value.kind == Kind.UNAVAILABLE
    assert len(Models.asked) == 1


def test_address_where_nobody_listens_is_away() -> None:
    with pytest.raises(KbError, match=r"encoder\.away"):
        RemoteEncoder(place("http://127.0.0.1:9/v1")).encode(["свет"])


def test_address_is_asked_again_after_a_while(address: str) -> None:
    Models.failure = "error"
    encoder = RemoteEncoder(place(address), pause_s=0)
    with pytest.raises(KbError):
        encoder.encode(["свет"])
    Models.failure = ""
    assert encoder.encode(["свет"]).shape == (1, 64)


def test_vectors_come_in_order_and_of_unit_length(address: str) -> None:
    encoder = RemoteEncoder(place(address, key="secret", prefixes=("query: ", "passage: ")))
    texts = ["нет света", "показания"]
    expected = ToyEncoder().encode([f"passage: {text}" for text in texts])
    assert np.allclose(encoder.encode(texts, "passage"), expected, atol=1e-5)
    ((body, authorization),) = Models.asked
    assert body["model"] == "toy"
    assert body["input"] == ["passage: нет света", "passage: показания"]
    assert authorization == "Bearer secret"
    assert encoder.encode([]).shape == (0, 64)


def test_question_goes_out_without_personal_data(address: str) -> None:
    RemoteEncoder(place(address)).encode(["нет света, звоните 8 921 123-45-67"])
    assert Models.asked[0][0]["input"] == ["нет света, звоните [телефон]"]


def test_name_changes_with_what_changes_the_vectors(address: str) -> None:
    first = place(address)
    others = [
        msgspec.structs.replace(first, model="other"),
        msgspec.structs.replace(first, prefixes=("a", "b")),
        msgspec.structs.replace(first, url="http://127.0.0.1:9/"),
    ]
    names = {RemoteEncoder(one).name for one in [first, *others]}
    assert len(names) == 4
    assert RemoteEncoder(msgspec.structs.replace(first, key="k")).name in names


def test_other_legs_answer_while_the_encoder_is_away(address: str, tmp_path: Path) -> None:
    made = make.engine(tmp_path, ENTRIES, encoder=RemoteEncoder(place(address), pause_s=0))
    engine = Engine(tmp_path, made.encoder)
    snapshot = engine.snapshot()
    legs = []
    for failure in ("", "error"):
        Models.failure = failure
        query = snapshot.understand(f"когда включат свет {failure}")
        ranking = snapshot.rank(query, engine.query_vector(query.text, 5))
        assert snapshot.entries[ranking.order[0]].code == "O01"
        legs.append(Leg.SEMANTIC in ranking.legs)
    assert legs == [True, False]
    engine.close()
    made.close()


def test_texts_wait_for_an_encoder_that_is_away_without_failed_work(
    address: str, work_as: WorkAs, library: Library
) -> None:
    Models.failure = "error"
    engine = Engine(library.engine.index.folder, RemoteEncoder(place(address)))
    with work_as(RITA) as work:
        for one in outbox.claim(work.session, work.now, 100):
            outbox.finish(work.session, one.uid)
        jobs.encode(work, engine=engine)
        (job,) = work.session.scalars(select(outbox.Job).where(outbox.Job.kind == "search.encode"))
        assert job.run_at > work.now
    engine.close()


@pytest.mark.parametrize(("switch", "kind"), [("on", RemoteEncoder), ("off", type(None))])
def test_settings_name_the_encoder(tmp_path: Path, switch: str, kind: type) -> None:
    settings = Settings(
        data_dir=tmp_path,
        index_dir=tmp_path / "index",
        encoder=switch,
        encoder_url="http://127.0.0.1:9/v1/embeddings",
        encoder_model="toy",
        encoder_dimensions=64,
    )
    house = House(settings)
    assert isinstance(house.encoder, kind)
    house.close()
