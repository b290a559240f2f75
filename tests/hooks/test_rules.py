"""Which addresses are taken, what is news to the world, and how a body is signed."""

import hashlib
import hmac

import pytest

from kb_service.base.errors import KbError
from kb_service.hooks.rules import (
    changed_facts,
    chosen_events,
    hosts_of,
    is_open,
    news,
    signature,
    target_of,
)
from kb_service.hooks.schemas import Event, Policy, Seen, Target

LISTED = Policy(hosts_of("hooks.example.org, приём.example.org,narrow.example.org:8443"))
INSIDE = Policy(hosts_of("127.0.0.1,localhost,[::1]"), allows_private=True)
TAKEN = {
    "plain": ("https://hooks.example.org/in", Target("hooks.example.org", 443, "/in", True)),
    "no path": ("https://hooks.example.org", Target("hooks.example.org", 443, "/", True)),
    "query": ("https://hooks.example.org?a=1", Target("hooks.example.org", 443, "/?a=1", True)),
    "capitals": ("https://HOOKS.Example.org/", Target("hooks.example.org", 443, "/", True)),
    "any port": ("https://hooks.example.org:99/", Target("hooks.example.org", 99, "/", True)),
    "its port": (
        "https://narrow.example.org:8443/",
        Target("narrow.example.org", 8443, "/", True),
    ),
    "Cyrillic": (
        "https://приём.example.org/x",
        Target("xn--h1aihe0g.example.org", 443, "/x", True),
    ),
}
REFUSED = {
    "plain http": ("http://hooks.example.org/", "https_needed"),
    "not listed": ("https://example.org/", "host_unlisted"),
    "below a listed one": ("https://a.hooks.example.org/", "host_unlisted"),
    "begins like one": ("https://hooks.example.org.evil.example/", "host_unlisted"),
    "another port": ("https://narrow.example.org/", "host_unlisted"),
    "trailing dot": ("https://hooks.example.org./", "host_unlisted"),
    "loopback": ("https://127.0.0.1/", "host_unlisted"),
    "short loopback": ("https://127.1/", "host_unlisted"),
    "decimal": ("https://2130706433/", "host_unlisted"),
    "hexadecimal": ("https://0x7f000001/", "host_unlisted"),
    "octal": ("https://0177.0.0.1/", "host_unlisted"),
    "zero": ("https://0/", "host_unlisted"),
    "cloud": ("https://169.254.169.254/latest/meta-data/", "host_unlisted"),
    "IPv6": ("https://[::1]/", "host_unlisted"),
    "IPv4-mapped": ("https://[::ffff:127.0.0.1]/", "host_unlisted"),
    "NAT64": ("https://[64:ff9b::7f00:1]/", "host_unlisted"),
    "zone": ("https://[fe80::1%25eth0]/", "url_wrong"),
    "userinfo": ("https://hooks.example.org@127.0.0.1/", "url_wrong"),
    "password": ("https://a:b@hooks.example.org/", "url_wrong"),
    "backslash": ("https://hooks.example.org\\@127.0.0.1/", "url_wrong"),
    "fragment": ("https://hooks.example.org/#x", "url_wrong"),
    "fragment first": ("https://127.0.0.1#hooks.example.org", "url_wrong"),
    "new line": ("https://hooks.example.org/\r\nX-A: b", "url_wrong"),
    "tab in the host": ("https://hooks.exa\tmple.org/", "url_wrong"),
    "space first": (" https://hooks.example.org/", "url_wrong"),
    "full-width dot": ("https://127。0。0。1/", "host_unlisted"),
    "circled digits": ("https://①②⑦.0.0.1/", "host_unlisted"),
    "another scheme": ("ftp://hooks.example.org/", "url_wrong"),
    "a file": ("file:///etc/passwd", "url_wrong"),
    "gopher": ("gopher://hooks.example.org:6379/_x", "url_wrong"),
    "no scheme": ("//hooks.example.org/", "url_wrong"),
    "no host": ("https:///x", "url_wrong"),
    "port too large": ("https://hooks.example.org:65536/", "url_wrong"),
    "port zero": ("https://hooks.example.org:0/", "url_wrong"),
    "empty port": ("https://hooks.example.org:/", "url_wrong"),
    "too long": ("https://hooks.example.org/" + "x" * 500, "url_wrong"),
    "empty": ("", "url_wrong"),
}
CLOSED = (
    "127.0.0.1", "127.255.255.254", "10.0.0.1", "172.16.0.1", "192.168.1.1", "100.64.0.1",
    "169.254.169.254", "0.0.0.0", "224.0.0.1", "240.0.0.1", "255.255.255.255", "192.0.2.1",  # noqa: S104 - refused
    "198.18.0.1", "::", "::1", "fe80::1", "fe80::1%eth0", "fc00::1", "fec0::1", "ff02::1",
    "::ffff:127.0.0.1", "::ffff:8.8.8.8", "::8.8.8.8", "64:ff9b::808:808", "64:ff9b:1::1",
    "2002:7f00:1::1", "2001:0:1::1", "2001:db8::1", "localhost", "2130706433", "0177.0.0.1", "",
)  # fmt: skip
# Also where private networks are allowed: a machine's own link, many at once, nobody.
ALWAYS_CLOSED = (
    "169.254.169.254", "fe80::1", "0.0.0.0", "::", "224.0.0.1", "ff02::1", "::ffff:127.0.0.1",  # noqa: S104
    "64:ff9b::7f00:1",
)  # fmt: skip


@pytest.mark.parametrize("name", REFUSED)
def test_an_address_is_refused(name: str) -> None:
    url, problem = REFUSED[name]
    with pytest.raises(KbError) as caught:
        target_of(url, LISTED)
    assert (caught.value.code, caught.value.fields[0].field) == ("hook.wrong", "url")
    assert caught.value.fields[0].code == f"hook.{problem}"


@pytest.mark.parametrize("name", TAKEN)
def test_an_address_is_taken(name: str) -> None:
    url, target = TAKEN[name]
    assert target_of(url, LISTED) == target


def test_with_an_empty_list_nothing_is_taken() -> None:
    assert hosts_of(" , ") == frozenset()
    with pytest.raises(KbError):
        target_of("https://hooks.example.org/", Policy(allows_private=True))


def test_inside_the_house_plain_http_is_taken() -> None:
    assert target_of("http://127.0.0.1:8001/x", INSIDE) == Target("127.0.0.1", 8001, "/x", False)
    assert target_of("http://localhost/", INSIDE).port == 80


@pytest.mark.parametrize("address", CLOSED)
def test_a_resolved_address_is_closed(address: str) -> None:
    assert not is_open(address)


@pytest.mark.parametrize("address", ["8.8.8.8", "93.184.216.34", "2606:4700::1111"])
def test_the_wide_world_is_open(address: str) -> None:
    assert is_open(address)
    assert is_open(address, allows_private=True)


@pytest.mark.parametrize("address", ["127.0.0.1", "10.0.0.1", "192.168.1.1", "::1", "fc00::1"])
def test_private_networks_open_where_they_are_allowed(address: str) -> None:
    assert is_open(address, allows_private=True)


@pytest.mark.parametrize("address", ALWAYS_CLOSED)
def test_some_addresses_open_nowhere(address: str) -> None:
    assert not is_open(address, allows_private=True)


@pytest.mark.parametrize("names", [[], ["item.burnt"], ["item.published", "x"], ["hook.test"]])
def test_events_that_are_none_are_refused(names: list[str]) -> None:
    with pytest.raises(KbError, match=r"hook\.wrong"):
        chosen_events(names)


def test_events_are_kept_in_their_order() -> None:
    assert chosen_events(["fact.changed", "item.published"]) == ["item.published", "fact.changed"]


HERE, THERE = Seen("/a", "А", "Page", "1"), Seen("/b", "А", "Page", "1")
NEWER, BOTH = Seen("/a", "Б", "Page", "2"), Seen("/b", "Б", "Page", "2")


@pytest.mark.parametrize(
    ("before", "after", "is_trashed", "events"),
    [
        (None, None, False, []),
        (None, None, True, []),
        (None, HERE, False, [Event.PUBLISHED]),
        (HERE, HERE, False, []),
        (HERE, NEWER, False, [Event.CHANGED]),
        (HERE, THERE, False, [Event.MOVED]),
        (HERE, BOTH, False, [Event.MOVED, Event.CHANGED]),
        (HERE, None, False, [Event.RETRACTED]),
        (HERE, None, True, [Event.TRASHED]),
    ],
)
def test_what_the_world_sees_differently_is_news(
    before: Seen | None, after: Seen | None, is_trashed: bool, events: list[Event]
) -> None:
    assert news(before, after, is_trashed=is_trashed) == events


def test_facts_that_are_new_gone_or_other_are_news() -> None:
    assert changed_facts({"a": "1", "b": "2", "c": "3"}, {"b": "2", "c": "4", "d": "5"}) == [
        "a", "c", "d",
    ]  # fmt: skip


def test_a_signature_is_of_its_moment_and_body() -> None:
    expected = hmac.new(b"secret", b'17.{"a":1}', hashlib.sha256).hexdigest()
    assert signature("secret", 17, b'{"a":1}') == f"t=17,v1={expected}"
    assert signature("secret", 18, b'{"a":1}').split(",")[1] != f"v1={expected}"
