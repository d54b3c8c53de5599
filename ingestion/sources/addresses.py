"""Where fetching may go: one reading of a URL, and one verdict on every address behind it."""

import re
import socket
from collections.abc import Callable, Sequence
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network
from typing import Final

import httpx

from retrieval.errors import Invalid, Unavailable

Address = IPv4Address | IPv6Address
IpNetwork = IPv4Network | IPv6Network
Resolver = Callable[[str, int], Sequence[str]]  # host and port to addresses

SCHEMES: Final = ("http", "https")
MAX_URL: Final = 4000
_DEFAULT_PORTS: Final = {"http": 80, "https": 443}
_NAME: Final = re.compile(r"(?:[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?\.)*[a-z0-9_-]{1,63}\.?")
_NUMBER: Final = re.compile(r"(?:\d+|0x[0-9a-f]*)")
# Python calls some of these global; they lead inside, or say nothing of where they lead.
_NEVER_PUBLIC: Final = tuple(
    ip_network(name)
    for name in (
        "192.88.99.0/24",  # 6to4 relays
        "::/96",  # an IPv4 address in a form that is no longer used
        "64:ff9b:1::/48",  # NAT64 of one's own network
        "2001::/23",  # Teredo and its like
        "2002::/16",  # 6to4
        "5f00::/16",  # segment routing
        "fec0::/10",  # site-local, no longer used
    )
)
_NAT64: Final = IPv6Network("64:ff9b::/96")
# They hand out the machine's own credentials, so `network.allowed` cannot open them.
_METADATA: Final = frozenset(
    ip_address(name)
    for name in (
        "169.254.169.254",
        "169.254.170.2",
        "100.100.100.200",
        "168.63.129.16",
        "192.0.0.192",
        "fd00:ec2::254",
    )
)


def checked_url(text: str) -> httpx.URL:
    """The one reading of a URL; whatever two parsers might read differently is refused.

    Raises: Invalid.
    """
    if len(text) > MAX_URL or not text.isprintable() or any(mark in text for mark in " \\"):
        raise Invalid("This is no web address: it holds a space, a “\\” or an odd character.")
    scheme, separator, rest = text.partition("://")
    if not separator or scheme.lower() not in SCHEMES:
        raise Invalid("A web address must begin with http:// or https://.")
    authority = re.split(r"[/?#]", rest, maxsplit=1)[0]
    if "@" in authority:
        raise Invalid("A web address must not hold a user name; give it as credentials.")
    try:
        url = httpx.URL(f"{scheme.lower()}://{rest}")
    except httpx.InvalidURL as error:
        raise Invalid(f"This is no web address: {error}.") from error
    if "%" in authority or not _plain_host(url.raw_host.decode("ascii")):
        raise Invalid("The host of this web address is written in a way that is not accepted.")
    if url.port is not None and not 0 < url.port < 65536:
        raise Invalid("The port of this web address is not there.")
    return url


def port_of(url: httpx.URL) -> int:
    return url.port or _DEFAULT_PORTS[url.scheme]


def origin_of(url: httpx.URL) -> tuple[str, str, int]:
    """Scheme, host and port: who answers."""
    return url.scheme, url.raw_host.decode("ascii"), port_of(url)


def networks(names: Sequence[str]) -> tuple[IpNetwork, ...]:
    """Raises: ValueError, which the settings' own check prevents."""
    return tuple(ip_network(name) for name in names)


def resolve(host: str, port: int) -> list[str]:
    """As the machine resolves. Raises: OSError, UnicodeError."""
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(entry[4][0]) for entry in found))


def checked_addresses(
    host: str, port: int, resolver: Resolver, allowed: Sequence[IpNetwork]
) -> list[str]:
    """Every address of the host, all of them allowed; connect to these and to nothing else.

    Raises: Unavailable when the name is unknown or when any of its addresses is refused.
    """
    if literal(host) is not None:
        found: Sequence[str] = [host]
    else:
        try:
            found = resolver(host, port)
        except (OSError, UnicodeError) as error:
            raise Unavailable(f"The host {host} is not known.") from error
    if not found:
        raise Unavailable(f"The host {host} is not known.")
    for name in found:
        if not may_reach(ip_address(name), allowed):
            raise Unavailable(
                f"{host} is at {name}, an address inside a network, so it is not fetched. "
                "Networks of your own are opened by the setting network.allowed."
            )
    return list(found)


def may_reach(address: Address, allowed: Sequence[IpNetwork]) -> bool:
    """Public, or in a network of `allowed`; the metadata services of clouds never."""
    if isinstance(address, IPv6Address):
        if address.scope_id is not None:
            address = IPv6Address(address.packed)
        carried = address.ipv4_mapped or _behind_nat64(address)
        if carried is not None:
            return may_reach(carried, allowed)
    if address in _METADATA:
        return False
    return _public(address) or any(
        address.version == network.version and address in network for network in allowed
    )


def _public(address: Address) -> bool:
    return (
        address.is_global
        and not address.is_multicast
        and not address.is_reserved
        and not any(
            address.version == network.version and address in network for network in _NEVER_PUBLIC
        )
    )


def _behind_nat64(address: IPv6Address) -> IPv4Address | None:
    return IPv4Address(address.packed[-4:]) if address in _NAT64 else None


def _plain_host(host: str) -> bool:
    """A name, or an address in its one canonical spelling: 127.1, 0x7f.1 and 017700000001 are
    addresses to a resolver and names to a parser."""
    if literal(host) is not None:
        return True
    last = host.rstrip(".").rpartition(".")[2]
    return len(host) <= 254 and bool(_NAME.fullmatch(host)) and not _NUMBER.fullmatch(last)


def literal(host: str) -> Address | None:
    """The address that a host is, in its canonical spelling."""
    try:
        return ip_address(host)
    except ValueError:
        return None
