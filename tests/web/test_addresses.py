"""The guard's rules: schemes, names, ports, addresses in every spelling."""

import pytest

from crawler.outcomes import Reason
from crawler.web.addresses import GuardPolicy, check_address, check_url
from crawler.web.guard import refusal
from tests.hostile.targets import PRIVATE_ADDRESSES, SPELLINGS_OF_LOOPBACK

ANY = GuardPolicy.build(())
SITE = GuardPolicy.build(("example.org", "127.0.0.1:8001"), private=("127.0.0.0/8",))


@pytest.mark.parametrize("address", PRIVATE_ADDRESSES)
def test_addresses_that_are_not_public_are_refused(address: str) -> None:
    assert not check_address(address)


@pytest.mark.parametrize("address", ["93.184.216.34", "8.8.8.8", "2606:4700:4700::1111", "::ffff:8.8.8.8"])
def test_public_addresses_are_allowed(address: str) -> None:
    assert check_address(address)


@pytest.mark.parametrize("host", SPELLINGS_OF_LOOPBACK)
def test_every_spelling_of_loopback_is_refused(host: str) -> None:
    assert check_url(f"http://{host}/secret", ANY) in {Reason.GUARD_ADDRESS, Reason.URL_INVALID}


def test_private_networks_are_allowed_only_by_name() -> None:
    policy = GuardPolicy.build((), private=("127.0.0.0/8",))
    assert check_url("http://127.0.0.1/", policy) is None
    assert check_url("http://[::ffff:127.0.0.1]/", policy) is None
    assert check_url("http://10.0.0.1/", policy) is Reason.GUARD_ADDRESS
    assert check_url("http://2130706433/", policy) is Reason.GUARD_ADDRESS


@pytest.mark.parametrize(
    ("url", "reason"),
    [
        ("http://example.org/x", None),
        ("https://www.example.org/x", None),
        ("http://127.0.0.1:8001/x", None),
        ("http://127.0.0.1:8002/x", Reason.GUARD_PORT),
        ("http://127.0.0.1/x", Reason.GUARD_PORT),
        ("http://example.org:8080/", Reason.GUARD_PORT),
        ("http://example.org:22/", Reason.GUARD_PORT),
        ("http://example.org.evil.net/", Reason.GUARD_SITE),
        ("http://evilexample.org/", Reason.GUARD_SITE),
        ("http://evil.net/?u=http://example.org/", Reason.GUARD_SITE),
        ("http://example.org@evil.net/", Reason.GUARD_USERINFO),
        ("http://evil.net#@example.org/", Reason.GUARD_SITE),
        ("ftp://example.org/", Reason.GUARD_SCHEME),
        ("file:///etc/passwd", Reason.GUARD_SCHEME),
        ("data:text/html,x", Reason.GUARD_SCHEME),
    ],
)
def test_only_the_site_its_ports_and_the_web_are_asked(url: str, reason: Reason | None) -> None:
    assert refusal(url, SITE) is reason


def test_a_url_that_two_readers_read_differently_is_refused() -> None:
    for url in ("http://example.org\\@evil.net/", "http://example.org\t.evil.net/", "http://evil.net\\.example.org/"):
        assert refusal(url, SITE) is not None
