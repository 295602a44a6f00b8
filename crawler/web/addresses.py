"""Which URLs and which network addresses may be asked. Pure: no DNS, no sockets; `check_address` judges what DNS said."""

import ipaddress
import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Self

from crawler.outcomes import Reason
from crawler.urls import UrlError, canonical_url, host_of

Address = ipaddress.IPv4Address | ipaddress.IPv6Address
Network = ipaddress.IPv4Network | ipaddress.IPv6Network

# Special-purpose registries of IANA that `is_global` of some Python versions lets through.
_NEVER = tuple(
    ipaddress.ip_network(text)
    for text in (
        "0.0.0.0/8",
        "100.64.0.0/10",  # carrier NAT
        "192.0.0.0/24",
        "192.88.99.0/24",  # 6to4 relays
        "198.18.0.0/15",
        "224.0.0.0/3",  # multicast and reserved
        "64:ff9b:1::/48",  # local NAT64
        "100::/64",
        "2001::/23",  # Teredo and other protocol assignments
        "2001:db8::/32",
        "2002::/16",  # 6to4: carries an IPv4 address of anybody's choice
        "3fff::/20",
        "5f00::/16",
        "fc00::/7",
        "fe80::/9",  # link local and the old site local
        "ff00::/8",
    )
)
_NAT64 = ipaddress.ip_network("64:ff9b::/96")
_NUMBER = re.compile(r"0[xX][0-9a-fA-F]*|[0-9]+")
_WEB_PORTS = {"http": 80, "https": 443}


def _plain(address: Address) -> Address:
    """The IPv4 address inside an IPv6 one (mapped, compatible, NAT64), else the address itself."""
    if isinstance(address, ipaddress.IPv6Address):
        if address.ipv4_mapped is not None:
            return address.ipv4_mapped
        if address in _NAT64 or (int(address) >> 32 == 0 and int(address) > 1):
            return ipaddress.IPv4Address(int(address) & 0xFFFFFFFF)
    return address


def check_address(address: str, private: Iterable[Network] = ()) -> bool:
    """Whether a connection to this IP address (text form, as in a socket address) may be made.

    Only globally reachable unicast addresses, and those in the networks of `private`.
    """
    try:
        ip = _plain(ipaddress.ip_address(address.partition("%")[0]))
    except ValueError:
        return False
    if any(ip.version == network.version and ip in network for network in private):
        return True
    return ip.is_global and not any(ip.version == network.version and ip in network for network in _NEVER)


def is_numeric_host(host: str) -> bool:
    """Whether a host name would be read as an IPv4 address by some resolver: decimal, hexadecimal, octal, shortened."""
    labels = host.rstrip(".").split(".")
    return _NUMBER.fullmatch(labels[-1]) is not None


@dataclass(frozen=True, slots=True)
class GuardPolicy:
    """What one crawl may ask.

    hosts: names with all their subdomains ("example.org"), or a name with a port ("127.0.0.1:8001", exactly that); empty =
        any host.
    ports: allowed beside each scheme's own.
    private: networks that may be asked although they are not public.
    """

    hosts: tuple[str, ...] = ()
    ports: frozenset[int] = frozenset()
    private: tuple[Network, ...] = ()

    @classmethod
    def build(cls, hosts: Iterable[str], ports: Iterable[int] = (), private: Iterable[str] = ()) -> Self:
        """From settings; ValueError names a network that is none."""
        networks = tuple(ipaddress.ip_network(text.strip()) for text in private if text.strip())
        return cls(tuple(host.lower().strip(".") for host in hosts), frozenset(ports), networks)

    def covers(self, host: str, port: int, scheme: str) -> Reason | None:
        """Whether host and port belong to the crawl, as the reason why not."""
        own_port = port == _WEB_PORTS[scheme] or port in self.ports
        if not self.hosts:
            return None if own_port else Reason.GUARD_PORT
        named = False
        for allowed in self.hosts:
            name, colon, number = allowed.rpartition(":") if not allowed.endswith("]") else (allowed, "", "")
            if not colon:
                name = allowed
            if host != name and not (not colon and host.endswith("." + name)):
                continue
            named = True
            if own_port if not colon else number == str(port):
                return None
        return Reason.GUARD_PORT if named else Reason.GUARD_SITE


def check_url(url: str, policy: GuardPolicy) -> Reason | None:
    """Why a URL must not be asked, or None: scheme, userinfo, host spelling, literal address, site and port, in this order.

    A name is judged here only by its spelling; the addresses it resolves to are judged when the connection is made.
    """
    try:
        canonical = canonical_url(url)
    except UrlError as error:
        return error.reason
    scheme = canonical.partition(":")[0]
    authority = host_of(canonical)
    host, colon, port = authority.rpartition(":") if not authority.endswith("]") else (authority, "", "")
    if not colon:
        host, port = authority, ""
    if host.startswith("["):
        if not check_address(host[1:-1], policy.private):
            return Reason.GUARD_ADDRESS
    elif is_numeric_host(host) and not check_address(host, policy.private):
        return Reason.GUARD_ADDRESS
    return policy.covers(host, int(port) if port else _WEB_PORTS[scheme], scheme)
