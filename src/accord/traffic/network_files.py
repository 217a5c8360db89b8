"""The files that networks are loaded from, each known by what it holds and not by its name.

- Ranges of addresses with the number of their autonomous system (``start_int,end_int,asn`` or ``start,end,asn``), and
  the organisations by that number (``asn,organization``), as in the tables of ip-location-db.
- Prefixes, one a line, or systems (``AS64496 # name``), one a line: a list of data centres, or of virtual private
  networks where the file or its folder's name says ``vpn``.
- ``ASN,Entity``: a list of data centres.
- Any MMDB file with ``autonomous_system_number`` and ``autonomous_system_organization`` (DB-IP, MaxMind).

Each may be compressed with gzip, except MMDB.
"""

import csv
import gzip
import io
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from ipaddress import IPv4Network, IPv6Network, ip_address, ip_network
from pathlib import Path
from typing import Final, TextIO

import maxminddb

from accord.traffic.errors import TrafficError
from accord.traffic.organisations import NetworkKind
from accord.traffic.segments import Range

_DB_IP: Final = "IP Geolocation by DB-IP, https://db-ip.com (CC BY 4.0)"
_SYSTEM: Final = re.compile(r"AS(\d+)\b", re.IGNORECASE)


@dataclass(slots=True)
class NetworkFiles:
    """What the files say, gathered.

    Attributes:
        v4: Ranges of IPv4 with their autonomous systems.
        v6: Ranges of IPv6 with theirs.
        organisations: Who runs which autonomous system.
        listed_v4: Prefixes of IPv4 on a list, with the place of the list's kind in ``LISTED``.
        listed_v6: Prefixes of IPv6 on a list, likewise.
        listed_systems: Autonomous systems on a list.
    """

    v4: list[Range] = field(default_factory=list)
    v6: list[Range] = field(default_factory=list)
    organisations: dict[int, str] = field(default_factory=dict)
    listed_v4: list[Range] = field(default_factory=list)
    listed_v6: list[Range] = field(default_factory=list)
    listed_systems: dict[int, int] = field(default_factory=dict)
    credits: set[str] = field(default_factory=set)


LISTED: Final = (NetworkKind.UNKNOWN, NetworkKind.HOSTING, NetworkKind.VPN)
"""The kinds of lists; their place here is the value of a listed range. Of two, the greater counts."""


def read_networks(paths: list[Path]) -> NetworkFiles:
    """Return what these files say, those in folders included.

    Raises:
        TrafficError: A file that is named is not there, cannot be read, or holds nothing of the above; or no file
            holds ranges of addresses. Other files in a folder are passed over.
    """
    found = NetworkFiles()
    for path in paths:
        if path.is_dir():
            for inner in sorted(path.rglob("*")):
                if inner.is_file():
                    _read_file(inner, found)
        elif not _read_file(path, found):
            raise TrafficError(
                "traffic.network_file",
                f"{path.name} holds no networks that are understood",
                hint="give CSV tables of ranges and organisations, lists of prefixes or systems, or an MMDB file",
            )
    if not found.v4 and not found.v6:
        raise TrafficError(
            "traffic.network_file", "no file holds ranges of addresses", hint="give a table of ranges or an MMDB file"
        )
    return found


def _read_file(path: Path, into: NetworkFiles) -> bool:
    try:
        if path.suffix == ".mmdb":
            return _read_mmdb(path, into)
        with _open(path) as file:
            return _read_text(file, "vpn" in path.name.casefold(), into)
    except (OSError, EOFError, ValueError, maxminddb.InvalidDatabaseError) as error:
        raise TrafficError("traffic.network_file", f"{path.name} cannot be read: {error}") from error


def _open(path: Path) -> TextIO:
    return gzip.open(path, "rt", encoding="utf-8") if path.suffix == ".gz" else path.open(encoding="utf-8")


def _read_text(file: TextIO, vpn: bool, into: NetworkFiles) -> bool:
    start = file.readline()
    match start.strip().casefold():
        case "start_int,end_int,asn":
            into.v4.extend((int(first), int(last), int(asn)) for first, last, asn in csv.reader(file))
            into.credits.add(_DB_IP)
        case "start,end,asn":
            for first, last, asn in csv.reader(file):
                low, high = ip_address(first), ip_address(last)
                (into.v4 if low.version == 4 else into.v6).append((int(low), int(high), int(asn)))
            into.credits.add(_DB_IP)
        case "asn,organization":
            into.organisations.update((int(asn), name) for asn, name in csv.reader(file))
        case "asn,entity":
            for asn, *_ in csv.reader(file):
                into.listed_systems.setdefault(int(asn), LISTED.index(NetworkKind.HOSTING))
        case _:
            kind = LISTED.index(NetworkKind.VPN if vpn else NetworkKind.HOSTING)
            return _read_list(io.StringIO(start + file.read()), kind, into)
    return True


def _read_list(file: TextIO, kind: int, into: NetworkFiles) -> bool:
    """Read a list of prefixes or systems; what is neither makes the whole file something else."""
    prefixes: list[IPv4Network | IPv6Network] = []
    systems: list[int] = []
    for line in file:
        entry = line.partition("#")[0].strip()
        if found := _SYSTEM.fullmatch(entry):
            systems.append(int(found[1]))
        elif entry:
            try:
                prefixes.append(ip_network(entry))
            except ValueError:
                return False
    for prefix in prefixes:
        listed = into.listed_v4 if prefix.version == 4 else into.listed_v6
        listed.append((int(prefix.network_address), int(prefix.broadcast_address), kind))
    for asn in systems:
        into.listed_systems[asn] = max(kind, into.listed_systems.get(asn, 0))
    return bool(prefixes or systems)


def _read_mmdb(path: Path, into: NetworkFiles) -> bool:
    before = len(into.v4) + len(into.v6)
    with maxminddb.open_database(path) as reader:
        into.credits.add(_credit(reader.metadata().database_type))
        for first, last, version, record in _records(reader):
            asn = record.get("autonomous_system_number")
            if isinstance(asn, int) and asn:
                (into.v4 if version == 4 else into.v6).append((first, last, asn))
                into.organisations.setdefault(asn, str(record.get("autonomous_system_organization") or ""))
    return len(into.v4) + len(into.v6) > before


def _records(reader: maxminddb.Reader) -> Iterator[tuple[int, int, int, dict[str, object]]]:
    for network, record in reader:
        if isinstance(record, dict):
            yield int(network.network_address), int(network.broadcast_address), network.version, record


def _credit(database: str) -> str:
    if database.startswith("DBIP"):
        return _DB_IP
    return "GeoLite data by MaxMind, https://www.maxmind.com" if database.startswith("Geo") else database
