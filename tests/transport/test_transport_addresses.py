"""Which addresses are read, and which are followed: the attacks are the test names."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from linkcontract.errors import LocalProtocolError, RemoteProtocolError
from linkcontract.limits import MAX_ADDRESS
from linkcontract.transport import AddressRules, is_global, parse_address
from linkcontract.transport.addresses import admissible


def _malformed(text: str) -> bool:
    with pytest.raises(RemoteProtocolError) as caught:
        parse_address(text)
    return caught.value.code == "address-malformed"


@pytest.mark.parametrize(
    ("text", "origin", "path"),
    [
        ("https://node.example", "https://node.example:443", ""),
        ("https://node.example/lc/a-B_9", "https://node.example:443", "/lc/a-B_9"),
        ("https://node.example:8443/", "https://node.example:8443", "/"),
        ("http://127.0.0.1:8401/lc/t", "http://127.0.0.1:8401", "/lc/t"),
        ("https://[2606:4700::1111]:8443/lc/t", "https://[2606:4700::1111]:8443", "/lc/t"),
        ("memory://alice/lc/t", "memory://alice:0", "/lc/t"),
        ("https://xn--nde-1na.example/", "https://xn--nde-1na.example:443", "/"),
    ],
)
def test_addresses_that_are_read(text: str, origin: str, path: str) -> None:
    address = parse_address(text)
    assert (address.origin, address.path, address.text) == (origin, path, text)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "https://",
        "https:///lc/t",
        "//node.example/",
        "node.example",
        "HTTPS://node.example/",
        "https://Node.example/",
        "https://user@node.example/",
        "https://user:password@node.example/",
        "https://node.example@127.0.0.1/",
        "https://node.example/#fragment",
        "https://node.example/?query=1",
        "https://node.example/a b",
        "https://node.example/\n",
        "https://node.example\\@evil.example/",
        "https://node.example/\\..",
        "https://node.example/lc/../admin",
        "https://node.example/./lc",
        "https://node.example/%2e%2e/admin",
        "https://node.example:0/",
        "https://node.example:080/",
        "https://node.example:65536/",
        "https://node.example:99999999999/",
        "https://node.example:/",
        "https://node.example:1:2/",
        "https://node..example/",
        "https://.example/",
        "https://node.example./",
        "https://-node.example/",
        "https://node-.example/",
        "https://" + "a" * 64 + ".example/",
        "https://nöde.example/",
        "https://2130706433/",
        "https://127.1/",
        "https://0x7f.0.0.1/",
        "https://0x7f000001/",
        "https://0177.0.0.1/",
        "https://127.0.0.01/",
        "https://1.2.3.4.5/",
        "https://node.example.0x1/",
        "https://::1/",
        "https://[::1/",
        "https://[node.example]/",
        "https://[127.0.0.1]/",
        "https://[fe80::1%eth0]/",
        "https://[fe80::1%25eth0]/",
        "https://[::1]evil.example/",
        "https://node.example/" + "a" * MAX_ADDRESS,
    ],
)
def test_texts_that_are_no_address(text: str) -> None:
    assert _malformed(text)


def test_the_longest_address() -> None:
    start = "https://node.example/"
    longest = start + "a" * (MAX_ADDRESS - len(start))
    assert parse_address(longest).text == longest
    assert _malformed(longest + "a")


@settings(max_examples=300, deadline=None)
@given(st.text(max_size=80) | st.from_regex(r"[a-z]{1,6}://[\[\]a-f0-9.:x@/?#%-]{0,40}"))
def test_any_text_is_an_address_or_malformed(text: str) -> None:
    try:
        address = parse_address(text)
    except RemoteProtocolError:
        assert _malformed(text)
        return
    assert address.text == text
    assert parse_address(address.origin.removesuffix(":0") + address.path).host == address.host


NOT_GLOBAL = {
    "this network": ["0.0.0.0", "0.1.2.3"],
    "private": ["10.0.0.1", "172.16.0.1", "172.31.255.255", "192.168.1.1"],
    "carrier NAT": ["100.64.0.1", "100.127.255.255"],
    "loopback": ["127.0.0.1", "127.255.255.254", "::1"],
    "unspecified": ["::"],
    "link-local and metadata": ["169.254.169.254", "fe80::1", "fe80::1%eth0"],
    "protocol assignments": ["192.0.0.8", "192.0.0.192", "2001::1", "2001:1ff::1"],
    "documentation": ["192.0.2.1", "198.51.100.7", "203.0.113.9", "2001:db8::1", "3fff::1"],
    "benchmarks": ["198.18.0.1", "198.19.255.255"],
    "6to4": ["192.88.99.1", "2002:7f00:1::", "2002:a9fe:a9fe::1"],
    "multicast": ["224.0.0.1", "239.255.255.255", "ff02::1"],
    "reserved and broadcast": ["240.0.0.1", "255.255.255.255"],
    "unique local": ["fc00::1", "fd00:ec2::254"],
    "site-local": ["fec0::1"],
    "v4-mapped": ["::ffff:127.0.0.1", "::ffff:8.8.8.8", "::ffff:a9fe:a9fe"],
    "v4-compatible": ["::127.0.0.1", "::8.8.8.8"],
    "NAT64": ["64:ff9b::7f00:1", "64:ff9b::8.8.8.8", "64:ff9b:1::1"],
    "Teredo": ["2001:0:4136:e378:8000:63bf:3fff:fdd2"],
    "discard": ["100::1"],
    "segment routing": ["5f00::1"],
    "no IP address": ["", "localhost", "1.2.3", "127.0.0.01", "1.2.3.4/8", "0x7f.0.0.1"],
}


@pytest.mark.parametrize(("kind", "ip"), [(k, ip) for k, ips in NOT_GLOBAL.items() for ip in ips])
def test_not_of_the_global_internet(kind: str, ip: str) -> None:
    assert not is_global(ip), kind


@pytest.mark.parametrize(
    "ip",
    ["8.8.8.8", "1.1.1.1", "100.63.255.255", "100.128.0.1", "172.15.0.1", "172.32.0.1",
     "192.0.1.1", "198.17.255.255", "198.20.0.0", "223.255.255.255", "2606:4700::1111",
     "2001:4860:4860::8888", "2001:200::1", "2003::1", "2a00:1450:4001::1"],
)  # fmt: skip
def test_of_the_global_internet(ip: str) -> None:
    assert is_global(ip)


def _refused(text: str, rules: AddressRules) -> bool:
    address = parse_address(text)
    try:
        rules.admit(address)
    except RemoteProtocolError as error:
        return error.code == "address-refused"
    return False


@pytest.mark.parametrize(
    "text",
    [
        "http://node.example/lc/t",
        "ftp://node.example/",
        "unix://socket/",
        "https://127.0.0.1:8401/",
        "https://169.254.169.254/latest/meta-data/",
        "https://[::1]/",
        "https://[::ffff:127.0.0.1]/",
        "https://[64:ff9b::a00:1]/",
    ],
)
def test_the_administration_and_the_neighbours_are_not_called(text: str) -> None:
    assert _refused(text, AddressRules())


def test_a_global_https_address_is_followed() -> None:
    assert not _refused("https://node.example/lc/t", AddressRules())
    assert not _refused("https://8.8.8.8/lc/t", AddressRules())


def test_a_listed_origin_is_exempt_and_nothing_beside_it() -> None:
    rules = AddressRules.listing(["http://127.0.0.1:8401", "http://plain.example"])
    assert not _refused("http://127.0.0.1:8401/lc/t", rules)
    assert not _refused("http://plain.example:80/lc/t", rules)
    assert _refused("http://127.0.0.1:8402/lc/t", rules)
    assert _refused("https://127.0.0.1:8401/lc/t", rules)
    assert _refused("http://127.0.0.2:8401/lc/t", rules)
    assert _refused("http://plain.example:8080/", rules)
    assert _refused("http://sub.plain.example/", rules)


def test_a_listed_address_exempts_itself_only() -> None:
    rules = AddressRules.listing(["http://127.0.0.1:8401/lc/t"])
    assert not _refused("http://127.0.0.1:8401/lc/t", rules)
    assert _refused("http://127.0.0.1:8401/lc/tt", rules)
    assert _refused("http://127.0.0.1:8401", rules)


def test_what_is_listed_must_be_an_address() -> None:
    with pytest.raises(LocalProtocolError) as caught:
        AddressRules.listing(["localhost:8401"])
    assert caught.value.code == "address-malformed"


def test_a_name_is_followed_to_global_addresses_only() -> None:
    found = ["127.0.0.1", "8.8.8.8", "::ffff:8.8.8.8", "fd00::1", "2606:4700::1111", "nonsense"]
    assert admissible(found, listed=False) == ("8.8.8.8", "2606:4700::1111")
    assert admissible(["10.0.0.1"], listed=False) == ()
    assert admissible(["10.0.0.1", "nonsense"], listed=True) == ("10.0.0.1",)
