"""Whose network an address belongs to, and what may be kept of the address.

``load`` makes a table of what the files say, ``Networks`` looks addresses up in it. Lists of data centres and virtual
private networks say what a network is before the name of its organisation does. Nothing is known for certain: people
work from home, and offices rent lines of providers.
"""

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv6Address, ip_address
from pathlib import Path
from typing import Final

from accord.traffic.network_files import LISTED, NetworkFiles, read_networks
from accord.traffic.network_table import NetworkTable, Owner, write_table
from accord.traffic.organisations import NetworkKind, kind_by_name
from accord.traffic.segments import Segments, flatten, flatten_greatest, overlay, sizes


@dataclass(frozen=True, slots=True)
class Network:
    """The network of an address.

    Attributes:
        prefix: What is kept of the address: its first 24 bits, of IPv6 its first 48.
        asn: Number of the autonomous system; 0 where none is known.
        organisation: Who runs it; empty where nobody is known to.
        why: Why it is thought to be of this kind, as the end of a sentence.
    """

    prefix: str
    asn: int
    organisation: str
    kind: NetworkKind
    why: str


@dataclass(frozen=True, slots=True)
class Share:
    """How much of a table is of one kind: how many of its networks, and how many of its IPv4 addresses."""

    networks: int
    v4_addresses: int


_Address = IPv4Address | IPv6Address
_UNKNOWN: Final = Owner(0, "", NetworkKind.UNKNOWN, "no table of networks knows it")
_PRIVATE: Final = Owner(0, "", NetworkKind.UNKNOWN, "it is an address for use within a network")
_NAT64: Final = int(IPv6Address("64:ff9b::")) >> 32
_END_OF_V4: Final = 1 << 32
_REASONS: Final = {
    NetworkKind.HOSTING: "it is on a list of data centres",
    NetworkKind.VPN: "it is on a list of virtual private networks",
}


def read_ip(address: str) -> _Address | None:
    """Return the address that the text says, or None; brackets, a port after them and a zone are left out.

    An IPv6 address that carries one of IPv4 (mapped, 6to4, NAT64) is that of IPv4: what may be kept of it is cut there.
    """
    text = address.strip()
    if text.startswith("["):
        text = text[1:].partition("]")[0]
    elif text.count(":") == 1:
        text = text.partition(":")[0]
    try:
        found = ip_address(text.partition("%")[0])
    except ValueError:
        return None
    return (_carried(found) or found) if isinstance(found, IPv6Address) else found


def _carried(address: IPv6Address) -> IPv4Address | None:
    if int(address) >> 32 == _NAT64:
        return IPv4Address(int(address) & 0xFFFFFFFF)
    return address.ipv4_mapped or address.sixtofour


def cut(address: str) -> str:
    """Return what may be kept of an address; empty where the text is none.

    Examples:
        >>> cut("192.0.2.57"), cut("2001:db8:12:3456::1"), cut("::ffff:192.0.2.57"), cut("nothing")
        ('192.0.2.0/24', '2001:db8:12::/48', '192.0.2.0/24', '')
    """
    found = read_ip(address)
    return _prefix(found) if found else ""


def _prefix(address: _Address) -> str:
    if isinstance(address, IPv4Address):
        return f"{IPv4Address(int(address) & 0xFFFFFF00)}/24"
    return f"{IPv6Address(int(address) >> 80 << 80)}/48"


class Networks:
    """A table of networks that ``load`` has made, open for look-ups.

    Raises:
        TrafficError: The file is not there or not such a table.
    """

    def __init__(self, path: Path) -> None:
        self._table = NetworkTable(path)

    @property
    def credit(self) -> str:
        """Whom to name, with a link, wherever something is shown that was found here."""
        return self._table.credit

    def find(self, address: str) -> Network | None:
        """Return the network of an address in any usual spelling, or None where the text is no address."""
        found = read_ip(address)
        if found is None:
            return None
        owner = self._owner(found) or (_UNKNOWN if found.is_global else _PRIVATE)
        return Network(_prefix(found), owner.asn, owner.organisation, owner.kind, owner.why)

    def _owner(self, address: _Address) -> Owner | None:
        if isinstance(address, IPv4Address):
            return self._table.v4(int(address))
        return self._table.v6(int(address))


def load(
    paths: list[Path], into: Path, progress: Callable[[str, float], None] = lambda _what, _share: None
) -> dict[NetworkKind, Share]:
    """Make the table of networks from these files and folders, and return how much of it is of which kind.

    ``into`` appears whole or not at all; a process that has the former table open goes on reading that one.
    ``progress`` is called with what is done next, and which share of the whole has been done by then, 0 to 1.

    Raises:
        TrafficError: See ``read_networks``.
    """
    progress("Reading the files", 0)
    files = read_networks(paths)
    progress("Arranging the ranges", 0.4)
    v4 = overlay(flatten(files.v4), flatten_greatest(files.listed_v4))
    v6 = overlay(flatten(files.v6), flatten_greatest(files.listed_v6))
    progress("Reading the organisations' names", 0.6)
    owners = _owners(files, v4, v6)
    progress("Writing the table", 0.9)
    write_table(into, v4, v6, owners, "; ".join(sorted(files.credits - {""})))
    return _shares(v4, v6, owners)


def _owners(
    files: NetworkFiles, v4: Segments[tuple[int, int]], v6: Segments[tuple[int, int]]
) -> dict[tuple[int, int], Owner]:
    """Return who owns each pair of autonomous system and list; of what is in no table and on no list nobody does."""
    owners: dict[tuple[int, int], Owner] = {}
    by_name = {asn: kind_by_name(name) for asn, name in files.organisations.items()}
    for pair in sorted({value for _, value in v4} | {value for _, value in v6}):
        asn, listed = pair
        listed = max(listed, files.listed_systems.get(asn, 0))
        if listed:
            kind = LISTED[listed]
            why = _REASONS[kind]
        elif asn:
            kind, why = by_name.get(asn) or kind_by_name("")
        else:
            continue
        owners[pair] = Owner(asn, files.organisations.get(asn, ""), kind, why)
    return owners


def _shares(
    v4: Segments[tuple[int, int]], v6: Segments[tuple[int, int]], owners: dict[tuple[int, int], Owner]
) -> dict[NetworkKind, Share]:
    networks = Counter(owners[value].kind for value in [*(v for _, v in v4), *(v for _, v in v6)] if value in owners)
    addresses: Counter[NetworkKind] = Counter()
    for value, size in sizes(v4, _END_OF_V4):
        if value in owners:
            addresses[owners[value].kind] += size
    return {kind: Share(networks[kind], addresses[kind]) for kind in NetworkKind}
