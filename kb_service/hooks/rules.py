"""Decisions of the hooks room: which addresses are allowed, what is news, how a body is signed."""

import hashlib
import hmac
import re
from collections.abc import Mapping, Sequence
from ipaddress import IPv6Address, IPv6Network, ip_address
from urllib.parse import SplitResult, urlsplit

from kb_service.base.errors import FieldError, KbError, invalid
from kb_service.hooks.schemas import OFFERED, Event, Policy, Seen, Target

MAX_URL = 500
_PORTS = {"https": 443, "http": 80}
# What a browser, a proxy or a resolver reads in more than one way does not come so far.
_URL = re.compile(r"https?://[A-Za-z0-9.\-\[\]:]+(?:[/?][A-Za-z0-9\-._~!$&'()*+,;=:@/?%]*)?")
# IPv6 addresses that carry an IPv4 address, whichever that is: NAT64, 6to4, Teredo, compatible.
_CARRIERS = tuple(
    IPv6Network(text)
    for text in ("64:ff9b::/96", "64:ff9b:1::/48", "2002::/16", "2001::/32", "::/96", "fec0::/10")
)


def hosts_of(text: str) -> frozenset[str]:
    """Read the list of hosts of the setting: names by commas, in Unicode or punycode."""
    return frozenset(_ascii(part.strip()) for part in text.split(",") if part.strip())


def target_of(url: str, policy: Policy) -> Target:
    """Take an address apart that we may send to; which machine it leads to is asked at the door.

    Plain http is for private networks only. Raises: hook.url_wrong, hook.https_needed,
    hook.host_unlisted.
    """
    address = _split(url)
    scheme, host = address.scheme, address.hostname or ""
    port = address.port or _PORTS[scheme]
    if scheme != "https" and not policy.allows_private:
        raise _refused("hook.https_needed")
    if not {host, f"{host}:{port}"} & policy.hosts:
        raise _refused("hook.host_unlisted", host=host)
    path = (address.path or "/") + (f"?{address.query}" if address.query else "")
    return Target(host, port, path, is_tls=scheme == "https")


def is_open(text: str, *, allows_private: bool = False) -> bool:
    """Say whether a resolved address is one of the wide world, or of a network that is allowed.

    Nobody is told at many addresses, at none, or at a machine's own link, where clouds keep keys.
    """
    try:
        address = ip_address(text)
    except ValueError:
        return False
    if address.is_multicast or address.is_unspecified or address.is_link_local:
        return False
    if isinstance(address, IPv6Address) and _carries_another(address):
        return False
    return allows_private or (address.is_global and not address.is_reserved)


def chosen_events(names: Sequence[str]) -> list[str]:
    """Give the events of a form in their order. Raises: hook.wrong with an error at the field."""
    chosen = [str(event) for event in OFFERED if event in names]
    if not chosen or set(names) - set(chosen):
        raise invalid("hook.wrong", FieldError("events", "hook.events_wrong"))
    return chosen


def news(before: Seen | None, after: Seen | None, *, is_trashed: bool) -> list[Event]:
    """Give what happened to an item for the world, from what it saw and what it sees.

    A draft is seen neither before nor after, so nothing of it is news.
    """
    if before is None:
        return [] if after is None else [Event.PUBLISHED]
    if after is None:
        return [Event.TRASHED if is_trashed else Event.RETRACTED]
    moved = [Event.MOVED] if before.path != after.path else []
    return moved + ([Event.CHANGED] if before.revision != after.revision else [])


def changed_facts(before: Mapping[str, str], after: Mapping[str, str]) -> list[str]:
    """Give the keys of facts that have another value, are new or gone, in alphabetical order."""
    return sorted(key for key in {*before, *after} if before.get(key) != after.get(key))


def signature(secret: str, moment_s: int, body: bytes) -> str:
    """Give the header by which a receiver knows that a body is ours, and how old it is."""
    signed = b"%d." % moment_s + body
    digest = hmac.new(secret.encode(), signed, hashlib.sha256).hexdigest()
    return f"t={moment_s},v1={digest}"


def _split(url: str) -> SplitResult:
    """Take an address apart. Raises: hook.url_wrong."""
    plain = _with_ascii_host(url)
    # Asked of the text as it came: taking it apart drops spaces and tabs.
    if len(url) > MAX_URL or not _URL.fullmatch(plain):
        raise _refused("hook.url_wrong")
    try:
        address = urlsplit(plain)
        port = address.port
    except ValueError as error:
        raise _refused("hook.url_wrong") from error
    if not address.hostname or port == 0 or address.netloc.endswith(":"):
        raise _refused("hook.url_wrong")
    return address


def _with_ascii_host(url: str) -> str:
    scheme, _, rest = url.partition("://")
    netloc = re.split(r"[/?#]", rest, maxsplit=1)[0]
    if netloc.isascii():
        return url
    host, colon, port = netloc.partition(":")
    return f"{scheme}://{_ascii(host)}{colon}{port}{rest[len(netloc) :]}"


def _ascii(name: str) -> str:
    """Give a host's name as resolvers know it; what is no name stays as it is, and fits nothing."""
    try:
        return name.encode("idna").decode().lower() if not name.isascii() else name.lower()
    except UnicodeError:
        return name


def _carries_another(address: IPv6Address) -> bool:
    is_own = address == IPv6Address("::1")
    is_carrier = any(address in network for network in _CARRIERS) and not is_own
    return address.ipv4_mapped is not None or is_carrier or bool(address.scope_id)


def _refused(code: str, **params: str) -> KbError:
    return invalid("hook.wrong", FieldError("url", code, params))
