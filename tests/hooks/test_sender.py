"""The door by which deliveries leave: only to checked addresses, in time, and never further."""

import datetime as dt
import ipaddress
import socket
import ssl
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from kb_service.hooks.rules import hosts_of
from kb_service.hooks.schemas import Outcome, Policy, Problem
from kb_service.hooks.sender import Sender, dialled
from tests.hooks.receiver import Receiver

NAME = "hooks.example.org"
OPEN = "93.184.216.34"
INSIDE = Policy(hosts_of(f"127.0.0.1,{NAME}"), allows_private=True)
OUTSIDE = Policy(hosts_of(NAME))


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    one = Receiver()
    with one.running():
        yield one


class Names:
    """A resolver that gives other addresses each time, as in DNS rebinding."""

    def __init__(self, *answers: list[str]) -> None:
        self.answers = list(answers)
        self.asked: list[str] = []

    def __call__(self, host: str, _port: int) -> list[str]:
        self.asked.append(host)
        return self.answers[min(len(self.asked), len(self.answers)) - 1]


class Dialled:
    """A telephone that notes the address and connects to a machine of ours."""

    def __init__(self, port: int) -> None:
        self.port = port
        self.addresses: list[str] = []

    def __call__(self, address: str, _port: int, timeout_s: float) -> socket.socket:
        self.addresses.append(address)
        return dialled("127.0.0.1", self.port, timeout_s)


def never(_address: str, _port: int, _timeout_s: float) -> socket.socket:
    pytest.fail("a closed address was dialled")


@pytest.mark.parametrize(
    "addresses",
    [
        [], ["127.0.0.1"], ["10.1.1.1"], ["169.254.169.254"], ["::1"], ["::ffff:127.0.0.1"],
        ["64:ff9b::7f00:1"], ["0.0.0.0"], ["224.0.0.1"], [OPEN, "127.0.0.1"],  # noqa: S104 - refused
        [OPEN, "fe80::1"],
    ],
)  # fmt: skip
def test_a_name_that_leads_inside_is_not_dialled(addresses: list[str]) -> None:
    sender = Sender(OUTSIDE, resolve=Names(addresses), dial=never)
    assert sender.post(f"https://{NAME}/", b"{}", {}) == Outcome(Problem.CLOSED)


def test_a_host_that_is_listed_no_more_is_not_even_resolved() -> None:
    names = Names([OPEN])
    outcome = Sender(Policy(), resolve=names, dial=never).post(f"https://{NAME}/", b"{}", {})
    assert (outcome, names.asked) == (Outcome(Problem.ADDRESS), [])


def test_a_name_that_is_not_known_is_silence() -> None:
    def unknown(_host: str, _port: int) -> list[str]:
        raise socket.gaierror("no such name")

    assert Sender(OUTSIDE, resolve=unknown, dial=never).post(
        f"https://{NAME}/", b"{}", {}
    ) == Outcome(Problem.SILENT)


def test_a_body_arrives_with_its_headers(receiver: Receiver) -> None:
    outcome = Sender(INSIDE).post(f"{receiver.url}?a=1", b'{"a": 1}', {"X-KB-Event": "hook.test"})
    assert outcome == Outcome(None, 204)
    (one,) = receiver.received
    assert (one.path, one.raw, one.headers["X-KB-Event"]) == ("/in?a=1", b'{"a": 1}', "hook.test")
    assert one.headers["Host"] == f"127.0.0.1:{receiver.port}"


def test_a_redirect_is_not_followed(receiver: Receiver) -> None:
    elsewhere = Receiver()
    with elsewhere.running():
        receiver.status, receiver.headers = 307, {"Location": elsewhere.url}
        assert Sender(INSIDE).post(receiver.url, b"{}", {}) == Outcome(Problem.STATUS, 307)
    assert (len(receiver.received), elsewhere.received) == (1, [])


@pytest.mark.parametrize("status", [200, 201, 204, 299])
def test_success_is_any_200(receiver: Receiver, status: int) -> None:
    receiver.status = status
    assert Sender(INSIDE).post(receiver.url, b"{}", {}) == Outcome(None, status)


@pytest.mark.parametrize("status", [301, 400, 404, 410, 500, 503])
def test_everything_else_is_no_success(receiver: Receiver, status: int) -> None:
    receiver.status = status
    assert Sender(INSIDE).post(receiver.url, b"{}", {}) == Outcome(Problem.STATUS, status)


def test_a_long_answer_is_not_read(receiver: Receiver) -> None:
    receiver.status, receiver.answer = 200, b"x" * 20_000_000
    begin = time.monotonic()
    assert Sender(INSIDE).post(receiver.url, b"{}", {}) == Outcome(None, 200)
    assert time.monotonic() - begin < 2


def test_a_receiver_that_drips_is_left_in_time(receiver: Receiver) -> None:
    receiver.drip_s = 0.05
    begin = time.monotonic()
    outcome = Sender(INSIDE, timeout_s=0.5).post(receiver.url, b"{}", {})
    assert outcome == Outcome(Problem.SILENT)
    assert time.monotonic() - begin < 10  # the whole drip takes a minute


def test_nobody_there_is_silence(receiver: Receiver) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    outcome = Sender(INSIDE).post(f"http://127.0.0.1:{port}/", b"{}", {})
    assert outcome == Outcome(Problem.SILENT)


@pytest.fixture(scope="module")
def contexts(tmp_path_factory: pytest.TempPathFactory) -> tuple[ssl.SSLContext, ssl.SSLContext]:
    """A server's and a client's side of a certificate for NAME."""
    file = _certificate(tmp_path_factory.mktemp("tls"))
    server = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    server.load_cert_chain(file)
    return server, ssl.create_default_context(cafile=str(file))


def test_rebinding_leads_nowhere(contexts: tuple[ssl.SSLContext, ssl.SSLContext]) -> None:
    """The name is resolved once; the checked address is dialled, with the name in TLS and Host."""
    server, client = contexts
    called: list[str | None] = []
    server.sni_callback = lambda _socket, name, _context: called.append(name)
    receiver, names = Receiver(), Names([OPEN], ["127.0.0.1"])
    with receiver.running(server):
        dial = Dialled(receiver.port)
        sender = Sender(OUTSIDE, resolve=names, dial=dial, context=client)
        assert sender.post(f"https://{NAME}/in", b"{}", {}) == Outcome(None, 204)
    assert (names.asked, dial.addresses, called) == ([NAME], [OPEN], [NAME])
    assert receiver.received[0].headers["Host"] == NAME


def test_a_certificate_of_another_name_is_refused(
    contexts: tuple[ssl.SSLContext, ssl.SSLContext],
) -> None:
    server, client = contexts
    receiver = Receiver()
    with receiver.running(server):
        sender = Sender(
            Policy(hosts_of("other.example.org")),
            resolve=Names([OPEN]),
            dial=Dialled(receiver.port),
            context=client,
        )
        assert sender.post("https://other.example.org/", b"{}", {}) == Outcome(Problem.TLS)
    assert receiver.received == []


def test_the_second_address_is_tried_when_the_first_is_silent(receiver: Receiver) -> None:
    addresses: list[str] = []

    def dial(address: str, port: int, timeout_s: float) -> socket.socket:
        addresses.append(address)
        if address == "127.0.0.9":
            raise ConnectionRefusedError
        return dialled(address, port, timeout_s)

    names = Names(["127.0.0.9", "127.0.0.1"])
    outcome = Sender(INSIDE, resolve=names, dial=dial).post(receiver.url, b"{}", {})
    assert (outcome.status, addresses) == (204, ["127.0.0.9", "127.0.0.1"])


def _certificate(folder: Path) -> Path:
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, NAME)])
    now = dt.datetime.now(dt.UTC)
    names = x509.SubjectAlternativeName(
        [x509.DNSName(NAME), x509.IPAddress(ipaddress.ip_address("192.0.2.7"))]
    )
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - dt.timedelta(days=1))
        .not_valid_after(now + dt.timedelta(days=1))
        .add_extension(names, critical=False)
        .sign(key, hashes.SHA256())
    )
    file = folder / "both.pem"
    file.write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
        + made.public_bytes(serialization.Encoding.PEM)
    )
    return file


def test_a_name_that_nobody_resolves_ends_with_the_time_of_the_try() -> None:
    given_up = threading.Event()

    def never(_host: str, _port: int) -> list[str]:
        given_up.wait(20)
        return []

    sender = Sender(Policy(hosts_of("receiver.example"), allows_private=False), resolve=never,
                    timeout_s=0.3)  # fmt: skip
    began = time.monotonic()
    outcome = sender.post("https://receiver.example/", b"{}", {})
    given_up.set()
    assert outcome.problem == Problem.SILENT
    assert time.monotonic() - began < 10
