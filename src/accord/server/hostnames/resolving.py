"""From an address to the domain of whoever's machine it is, by questions to a name server."""

import ipaddress
import re

import dns.exception
import dns.resolver
from django.conf import settings

from accord.traffic.address import ascii_host, registrable_domain

SECONDS = 3.0
"""For one question with all its retries."""
MOST_NAMES = 3
"""Names of one address that are looked at; some machines have hundreds."""
_OF_A_LINE = re.compile(
    r"(^|[.\-_\d])(dyn\w*|dial\w*|dhcp\w*|[av]?dsl\w*|pools?|ppp\w*|pppoe|cable\w*|cust\w*|client\w*|dip\d*|ip|static\w*"
    r"|host\w*|node|user|broadband|mobile|nat|cgnat|unassigned|reverse|rev|in-addr)(?=[.\-_\d]|$)"
)
"""Words by which providers name the lines of their customers: such a name says whose line it is, not who came."""


class UnansweredError(Exception):
    """A name server did not answer now."""


def resolver() -> dns.resolver.Resolver:
    """Return a resolver that asks the name servers of this machine, or the one of ``ACCORD_NAME_SERVER``."""
    found = dns.resolver.Resolver(configure=not settings.ACCORD_NAME_SERVER)
    if settings.ACCORD_NAME_SERVER:
        host, _, port = settings.ACCORD_NAME_SERVER.rpartition(":")
        found.nameservers, found.port = [host], int(port)
    found.lifetime = SECONDS
    return found


def domain_of(address: str, asked: dns.resolver.Resolver) -> str:
    """Return the domain whose machine has an address; empty if it has no name that leads back and is of somebody's own.

    A name counts only if it leads back to the address, since whoever runs a network may write any name there (forward-
    confirmed reverse DNS, RFC 8601, 3 *iprev*).

    Raises:
        UnansweredError: A name server did not answer; it may later.
    """
    if not ipaddress.ip_address(address).is_global:
        return ""
    try:
        names = [str(found.target).rstrip(".") for found in asked.resolve_address(address)]
        for name in names[:MOST_NAMES]:
            host = ascii_host(name.lower())
            domain = registrable_domain(host)
            if domain and not _is_line(host, domain, address) and _leads_back(host, address, asked):
                return domain
    except (dns.resolver.NXDOMAIN, dns.resolver.NoAnswer, dns.resolver.YXDOMAIN):
        return ""
    except dns.exception.DNSException as error:
        raise UnansweredError(f"no answer from a name server: {error}") from error
    return ""


def _leads_back(host: str, address: str, asked: dns.resolver.Resolver) -> bool:
    wanted = ipaddress.ip_address(address)
    try:
        found = asked.resolve(host, "A" if wanted.version == 4 else "AAAA")
    except (dns.resolver.NXDOMAIN, dns.resolver.NoAnswer):
        return False
    return any(ipaddress.ip_address(str(one.address)) == wanted for one in found)


def _is_line(host: str, domain: str, address: str) -> bool:
    """Return whether a name looks like one of a provider's many: it spells the address, or says line."""
    label = host.removesuffix(domain).rstrip(".")
    if _OF_A_LINE.search(label):
        return True
    parts = ipaddress.ip_address(address)
    if parts.version == 6:
        groups = [group.lstrip("0") for group in parts.exploded.split(":") if group.strip("0")]
        return sum(group in label for group in groups[-4:]) >= 2 and bool(re.search(r"[0-9a-f]{4}", label))
    octets = address.split(".")
    decimal = re.findall(r"\d+", label)
    spelled = sum(octet in {str(int(number)) for number in decimal} for octet in octets)
    return spelled >= 2 or "".join(f"{int(octet):02x}" for octet in octets) in label
