"""Where a webhook may lead (J2)."""

import pytest

from tongban.clients.posting import HttpPoster
from tongban.clients.targets import AddressRefused, Rules, check_address, is_public, pin

REAL = Rules(("hooks.example.gov.cn", "hooks.example.gov.cn:8443", "inside.example.gov.cn"), production=True)
DEMO = Rules((), production=False)

PRIVATE = [
    "127.0.0.1", "10.1.2.3", "172.16.0.1", "192.168.1.1", "169.254.169.254", "100.64.0.1", "0.0.0.0", "224.0.0.1", "240.0.0.1",
    "::1", "::", "fe80::1%eth0", "fc00::1", "ff02::1", "::ffff:127.0.0.1", "::ffff:169.254.169.254", "2002:7f00:1::",
    "64:ff9b::7f00:1", "64:ff9b::a9fe:a9fe", "not-an-address",
]  # fmt: skip


@pytest.mark.parametrize("address", PRIVATE)
def test_an_inner_network_is_not_public(address: str) -> None:
    assert not is_public(address)


@pytest.mark.parametrize("address", ["1.1.1.1", "114.114.114.114", "2400:3200::1", "::ffff:1.1.1.1"])
def test_the_network_of_everybody_is(address: str) -> None:
    assert is_public(address)


@pytest.mark.parametrize(
    "address",
    [
        "http://hooks.example.gov.cn/a",
        "https://other.example.gov.cn/a",
        "https://hooks.example.gov.cn.evil.example/a",
        "https://user:pass@hooks.example.gov.cn/a",
        "https://hooks.example.gov.cn@evil.example/",
        "https://hooks.example.gov.cn:9/a",
        "https://hooks.example.gov.cn/a#b",
        "https://127.0.0.1/a",
        "http://localhost/a",
        "https://[::1]/a",
        "ftp://hooks.example.gov.cn/a",
        "https:///a",
        "file://hooks.example.gov.cn/a",
        "gopher://hooks.example.gov.cn",
        "https://hooks.example.gov.cn\r\nHost: evil",
    ],
)
def test_production_refuses(address: str) -> None:
    with pytest.raises(AddressRefused):
        check_address(address, REAL)


@pytest.mark.parametrize("address", ["https://hooks.example.gov.cn/a?b=c", "https://HOOKS.example.gov.cn:8443/"])
def test_what_the_operator_allowed_passes(address: str) -> None:
    check_address(address, REAL)


@pytest.mark.parametrize("address", ["http://localhost:9/a", "http://partner.localhost/a", "https://127.0.0.1/"])
def test_a_demonstration_may_tell_this_machine(address: str) -> None:
    check_address(address, DEMO)


@pytest.mark.parametrize("found", [["10.0.0.1"], ["1.1.1.1", "127.0.0.1"], []])
def test_a_name_that_leads_inside_is_refused_whatever_it_is_called(found: list[str]) -> None:
    url = check_address("https://inside.example.gov.cn/", REAL)
    with pytest.raises(AddressRefused):
        pin(url, REAL, lambda host, port: found)


def test_a_name_is_asked_once_for_a_delivery() -> None:
    asked: list[str] = []

    def rebinding(host: str, port: int) -> list[str]:
        asked.append(host)
        return ["1.1.1.1"] if len(asked) == 1 else ["127.0.0.1"]

    url = check_address("https://hooks.example.gov.cn/", REAL)
    assert pin(url, REAL, rebinding) == "1.1.1.1" and asked == ["hooks.example.gov.cn"]


def test_a_poster_does_not_connect_where_it_must_not() -> None:
    poster = HttpPoster(REAL, lookup=lambda host, port: ["169.254.169.254"])
    assert poster.post(url="https://hooks.example.gov.cn/", body=b"{}", headers={}) == "address-refused"
