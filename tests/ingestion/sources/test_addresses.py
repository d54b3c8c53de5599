"""No spelling of a host and no answer of a name server leads fetching inside."""

from ipaddress import IPv4Address, IPv6Address, ip_address

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingestion.sources.addresses import checked_addresses, checked_url, may_reach, networks
from retrieval.errors import Invalid, Unavailable

REFUSED = [
    "http://127.1/",
    "http://0/",
    "http://0x7f.0.0.1/",
    "http://0x7f000001/",
    "http://2130706433/",
    "http://017700000001/",
    "http://0177.0.0.1/",
    "http://127.0.0.01/",
    "http://127.0.0.1.0/",
    "http://1.2.3.0x4/",
    "http://good@127.0.0.1/",
    "http://user:secret@example.com/",
    "http://example.com\\@127.0.0.1/",
    "http://good@bad@example.com/",
    "http://exa mple.com/",
    "http://example.com/\r\nHost: other",
    "http://example.com/\x00",
    "http://①②⑦.⓪.⓪.①/",
    "http://127%2e0%2e0%2e1/",
    "http://[fe80::1%25eth0]/",
    "http:///etc/passwd",
    "http://",
    "http:example.com",
    "//example.com/",
    "file:///etc/passwd",
    "gopher://127.0.0.1:6379/_x",
    "ftp://example.com/",
    "javascript:alert(1)",
    "data:text/html,x",
    "http://example.com:0/",
    "http://example.com:99999/",
    "http://-.com/" + "a" * 4000,
    "http://" + "a" * 64 + ".com/",
]
INSIDE = [
    "0.0.0.0",
    "10.1.2.3",
    "100.64.0.1",
    "100.100.100.200",
    "127.0.0.1",
    "127.255.255.254",
    "168.63.129.16",
    "169.254.169.254",
    "169.254.170.2",
    "172.16.0.1",
    "192.0.0.192",
    "192.168.1.1",
    "192.88.99.1",
    "198.18.0.1",
    "203.0.113.9",
    "224.0.0.1",
    "240.0.0.1",
    "255.255.255.255",
    "::",
    "::1",
    "::127.0.0.1",
    "::ffff:127.0.0.1",
    "::ffff:10.0.0.1",
    "::ffff:a9fe:a9fe",
    "64:ff9b::127.0.0.1",
    "64:ff9b::10.0.0.1",
    "64:ff9b:1::10.0.0.1",
    "2001:0:1::1",
    "2001:db8::1",
    "2002:7f00:1::1",
    "fc00::1",
    "fd00:ec2::254",
    "fe80::1",
    "fe80::1%eth0",
    "fec0::1",
    "ff02::1",
]
PUBLIC = ["8.8.8.8", "93.184.216.34", "2606:4700::1111", "64:ff9b::8.8.8.8", "::ffff:8.8.8.8"]


@pytest.mark.parametrize("url", REFUSED)
def test_what_two_parsers_might_read_differently_is_no_address(url: str) -> None:
    with pytest.raises(Invalid) as told:
        checked_url(url)
    assert "secret" not in str(told.value)


@pytest.mark.parametrize("address", INSIDE)
def test_no_inner_address_is_reached(address: str) -> None:
    assert not may_reach(ip_address(address), ())


@pytest.mark.parametrize("address", PUBLIC)
def test_public_addresses_are_reached(address: str) -> None:
    assert may_reach(ip_address(address), ())


def test_networks_of_ones_own_are_opened_by_the_setting() -> None:
    allowed = networks(("10.1.0.0/16", "fd00::/8", "169.254.0.0/16", "127.0.0.0/8"))
    assert may_reach(ip_address("10.1.2.3"), allowed)
    assert may_reach(ip_address("::ffff:10.1.2.3"), allowed)
    assert may_reach(ip_address("fd12::1"), allowed)
    assert may_reach(ip_address("127.0.0.1"), allowed)
    assert not may_reach(ip_address("10.2.0.1"), allowed)
    assert not may_reach(ip_address("::1"), allowed)


@pytest.mark.parametrize("address", ["169.254.169.254", "::ffff:169.254.169.254", "fd00:ec2::254"])
def test_no_setting_opens_the_metadata_of_clouds(address: str) -> None:
    everything = networks(("0.0.0.0/0", "::/0"))
    assert may_reach(ip_address("10.1.2.3"), everything)
    assert not may_reach(ip_address(address), everything)


def test_one_inner_address_among_public_ones_refuses_the_host() -> None:
    with pytest.raises(Unavailable, match=r"network\.allowed"):
        checked_addresses("mixed.example", 80, lambda host, port: ["8.8.8.8", "10.0.0.1"], ())


def test_an_unknown_host_is_told() -> None:
    with pytest.raises(Unavailable, match="not known"):
        checked_addresses("nowhere.invalid", 80, lambda host, port: [], ())


@given(st.integers(min_value=0, max_value=2**32 - 1), st.data())
def test_a_number_in_any_spelling_is_read_as_every_parser_reads_it_or_not_at_all(
    number: int, data: st.DataObject
) -> None:
    """Decimal, octal, hexadecimal, of one to four parts, with leading zeros and other dots."""
    parts = data.draw(st.integers(1, 4))
    octets = list(IPv4Address(number).packed)
    values = [*octets[: parts - 1], int.from_bytes(bytes(octets[parts - 1 :]), "big")]
    spell = data.draw(st.sampled_from(["{}", "0{:o}", "0x{:x}", "00{}", "0X{:X}"]))
    dot = data.draw(st.sampled_from([".", "。", "\uff0e"]))
    host = dot.join(spell.format(value) for value in values)
    host += data.draw(st.sampled_from(["", "."]))
    try:
        read = checked_url(f"http://{host}/").raw_host.decode()
    except Invalid:
        return
    assert read == str(IPv4Address(number))


@given(st.text(max_size=40))
def test_whatever_stands_for_a_host_is_read_the_same_again(host: str) -> None:
    try:
        url = checked_url(f"http://{host}/")
    except Invalid:
        return
    assert checked_url(str(url)) == url
    assert url.userinfo == b""
    assert not url.raw_host.decode().rstrip(".").rpartition(".")[2].isdecimal() or IPv4Address(
        url.raw_host.decode()
    )


@given(st.integers(min_value=0, max_value=2**32 - 1))
def test_an_address_hidden_in_another_is_judged_by_what_it_hides(number: int) -> None:
    inner = IPv4Address(number)
    for outer in (
        IPv6Address(f"::ffff:{inner}"),
        IPv6Address(int(IPv6Address("64:ff9b::")) + number),
    ):
        assert may_reach(outer, ()) == may_reach(inner, ())
    assert not may_reach(IPv6Address(number), ())
    assert not may_reach(IPv6Address((0x2002 << 112) + (number << 80)), ())
