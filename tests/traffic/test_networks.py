"""Whose network an address belongs to."""

import gzip
from collections.abc import Callable
from pathlib import Path

import pytest
from mmdb_writer import MMDBWriter
from netaddr import IPSet

from accord.traffic.errors import TrafficError
from accord.traffic.networks import Networks, Share, load
from accord.traffic.organisations import NetworkKind, kind_by_name

RANGES = """start,end,asn
203.0.113.0,203.0.113.127,64496
198.51.100.0,198.51.100.255,64497
2001:db8:1::,2001:db8:1:ffff:ffff:ffff:ffff:ffff,64496
2001:db8:1:8000::,2001:db8:1:8000:ffff:ffff:ffff:ffff,64498
"""
NAMES = """asn,organization
64496,"Northwind Telecom, Inc."
64497,Universität Musterstadt
64498,Contoso Inc
"""


@pytest.fixture
def files(tmp_path: Path) -> list[Path]:
    ranges, names, vpn = tmp_path / "ranges.csv.gz", tmp_path / "names.csv", tmp_path / "vpn.txt"
    with gzip.open(ranges, "wt", encoding="utf-8") as file:
        file.write(RANGES)
    names.write_text(NAMES, encoding="utf-8")
    vpn.write_text("203.0.113.64/28\nAS64498 # an entry\n", encoding="utf-8")
    return [ranges, names, vpn]


def test_a_network_is_found_with_its_organisation_and_why_it_is_of_its_kind(files: list[Path], tmp_path: Path) -> None:
    shares = load(files, tmp_path / "data" / "networks")
    networks = Networks(tmp_path / "data" / "networks")
    found = networks.find("203.0.113.9")
    assert found is not None
    assert (found.prefix, found.asn, found.organisation) == ("203.0.113.0/24", 64496, "Northwind Telecom, Inc.")
    assert (found.kind, found.why) == (NetworkKind.PROVIDER, "its organisation is called “telecom”")
    assert networks.credit == "IP Geolocation by DB-IP, https://db-ip.com (CC BY 4.0)"
    assert shares[NetworkKind.PROVIDER].v4_addresses == 128 - 16
    assert shares[NetworkKind.VPN].v4_addresses == 16
    assert shares[NetworkKind.EDUCATION].v4_addresses == 256


@pytest.mark.parametrize(
    ("address", "asn", "kind"),
    [
        ("203.0.113.63", 64496, "provider"),
        ("203.0.113.64", 64496, "vpn"),
        ("203.0.113.79", 64496, "vpn"),
        ("203.0.113.80", 64496, "provider"),
        ("203.0.113.128", 0, "unknown"),
        ("198.51.100.1", 64497, "education"),
        ("2001:db8:1:7fff::", 64496, "provider"),
        ("2001:db8:1:8000::", 64498, "vpn"),
        ("2001:db8:1:8001::", 64496, "provider"),
        ("2001:db8:2::", 0, "unknown"),
        ("::", 0, "unknown"),
        ("ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff", 0, "unknown"),
        ("0.0.0.1", 0, "unknown"),
        ("255.255.255.255", 0, "unknown"),
        ("::ffff:198.51.100.7", 64497, "education"),
        ("2002:c633:6407::1", 64497, "education"),
    ],
)
def test_lists_and_narrower_ranges_count_first(
    files: list[Path], tmp_path: Path, address: str, asn: int, kind: str
) -> None:
    load(files, tmp_path / "networks")
    found = Networks(tmp_path / "networks").find(address)
    assert found is not None
    assert (found.asn, found.kind) == (asn, kind)


def test_private_addresses_are_said_to_be_so_and_what_is_no_address_is_not_found(
    files: list[Path], tmp_path: Path
) -> None:
    load(files, tmp_path / "networks")
    networks = Networks(tmp_path / "networks")
    for address in ("10.1.2.3", "192.168.0.1", "127.0.0.1", "169.254.1.1", "fe80::1%eth0", "fd00::1", "::1"):
        found = networks.find(address)
        assert found is not None
        assert found.why == "it is an address for use within a network"
    unknown = networks.find("8.8.4.4")
    assert unknown is not None
    assert unknown.why == "no table of networks knows it"
    assert networks.find("example.com") is None


def test_an_open_table_goes_on_when_a_new_one_is_loaded(files: list[Path], tmp_path: Path) -> None:
    load(files, tmp_path / "networks")
    networks = Networks(tmp_path / "networks")
    load(files[:2], tmp_path / "networks")
    before, after = networks.find("203.0.113.64"), Networks(tmp_path / "networks").find("203.0.113.64")
    assert before is not None
    assert after is not None
    assert (before.kind, after.kind) == (NetworkKind.VPN, NetworkKind.PROVIDER)
    assert [path.name for path in tmp_path.glob("*.part")] == []


def test_an_mmdb_file_is_loaded_as_the_tables_are(tmp_path: Path) -> None:
    writer = MMDBWriter(6, "DBIP-ASN-Lite", ipv4_compatible=True)
    for prefix, asn, name in (
        ("192.0.2.0/25", 64496, "Northwind Hosting"),
        ("2001:db8:9::/48", 64497, "City of Muster"),
    ):
        writer.insert_network(
            IPSet([prefix]), {"autonomous_system_number": asn, "autonomous_system_organization": name}
        )
    writer.to_db_file(str(tmp_path / "asn.mmdb"))
    load([tmp_path / "asn.mmdb"], tmp_path / "networks")
    networks = Networks(tmp_path / "networks")
    found = [networks.find(address) for address in ("192.0.2.1", "192.0.2.129", "2001:db8:9::1")]
    assert [(network.asn, network.kind.value) for network in found if network] == [
        (64496, "hosting"),
        (0, "unknown"),
        (64497, "government"),
    ]
    assert networks.credit == "IP Geolocation by DB-IP, https://db-ip.com (CC BY 4.0)"


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("letter.txt", b"Dear Sir or Madam"),
        ("empty.csv", b""),
        ("broken.csv", b"start_int,end_int,asn\n1,2\n"),
        ("broken.csv.gz", b"start_int,end_int,asn\n"),
        ("broken.mmdb", b"nothing"),
        ("names.csv", b"asn,organization\n1,x\n"),
        ("latin.csv", b"asn,organization\n1,\xff\n"),
        ("absent.csv", None),
    ],
)
def test_a_file_that_holds_no_networks_is_refused_by_name(tmp_path: Path, name: str, content: bytes | None) -> None:
    if content is not None:
        (tmp_path / name).write_bytes(content)
    with pytest.raises(TrafficError) as refused:
        load([tmp_path / name], tmp_path / "networks")
    assert refused.value.code == "traffic.network_file"
    assert not (tmp_path / "networks").exists()


@pytest.mark.parametrize("content", [None, b"", b"ACCORDN1", b"x" * 400])
def test_a_file_that_is_no_table_is_refused(tmp_path: Path, content: bytes | None) -> None:
    if content is not None:
        (tmp_path / "networks").write_bytes(content)
    with pytest.raises(TrafficError) as refused:
        Networks(tmp_path / "networks")
    assert refused.value.code == "traffic.network_table"


def test_a_table_cut_short_is_refused(files: list[Path], tmp_path: Path) -> None:
    load(files, tmp_path / "networks")
    whole = (tmp_path / "networks").read_bytes()
    (tmp_path / "networks").write_bytes(whole[:-8])
    with pytest.raises(TrafficError):
        Networks(tmp_path / "networks")


@pytest.mark.parametrize(
    ("organisation", "kind"),
    [
        ("Technische Universität München", "education"),
        ("UNIVERSIDADE DE SAO PAULO", "education"),
        ("Uniwersytet Warszawski", "education"),
        ("Budapesti Műszaki és Gazdaságtudományi Egyetem", "education"),
        ("Abilene Independent School District", "education"),
        ("Ministère de l'Intérieur", "government"),
        ("PREFEITURA MUNICIPAL DE INDAIATUBA", "government"),
        ("City of Fresno", "government"),
        ("Trabzon Büyükşehir Belediyesi", "government"),
        ("Hetzner Online GmbH", "hosting"),
        ("PixelHosting", "hosting"),
        ("Mullvad VPN AB", "vpn"),
        ("SULVALE TELECOM LTDA.", "provider"),
        ("Deutsche Telekom AG", "provider"),
        ("Türk Telekomünikasyon Anonim Şirketi", "provider"),
        ("COMCAST-7922", "provider"),
        ("Navy Federal Credit Union", "business"),
        ("Commerzbank Aktiengesellschaft", "business"),
        ("STARWOOD HOTELS & RESORTS WORLDWIDE, LLC", "business"),
        ("Krankenhaus Nordwest", "business"),
        ("Ford Motor Company", "business"),
        ("Eli Lilly and Company", "unknown"),
        ("Contoso Ltd", "unknown"),
        ("", "unknown"),
    ],
)
def test_a_name_says_what_its_network_is_or_nothing(organisation: str, kind: str) -> None:
    assert kind_by_name(organisation)[0] == kind


@pytest.fixture(scope="module")
def world(
    shared_data: Callable[[str], Path], tmp_path_factory: pytest.TempPathFactory
) -> tuple[Networks, dict[NetworkKind, Share]]:
    into = tmp_path_factory.mktemp("networks") / "networks"
    shares = load([shared_data("ip_asn")], into)
    return Networks(into), shares


@pytest.mark.shared_data
@pytest.mark.slow
def test_twenty_addresses_that_are_known_belong_to_whom_they_do(
    world: tuple[Networks, dict[NetworkKind, Share]],
) -> None:
    """Looked up by hand: well-known services, universities, ministries, providers and firms."""
    networks, shares = world
    expected = {
        "8.8.8.8": ("Google", "hosting"),
        "1.1.1.1": ("Cloudflare", "hosting"),
        "2606:4700::1111": ("Cloudflare", "hosting"),
        "52.95.110.1": ("Amazon", "hosting"),
        "95.217.1.1": ("Hetzner", "hosting"),
        "104.28.30.5": ("Cloudflare", "vpn"),  # Apple's private relay
        "91.12.3.4": ("Deutsche Telekom", "provider"),
        "2003:d8::1": ("Deutsche Telekom", "provider"),
        "86.128.0.1": ("British Telecom", "provider"),
        "73.1.2.3": ("Comcast", "provider"),
        "90.1.2.3": ("Orange", "provider"),
        "18.9.22.69": ("Massachusetts Institute of Technology", "education"),
        "128.32.1.1": ("University of California", "education"),
        "194.95.1.1": ("Forschungsnetz", "education"),
        "2001:638:10::1": ("Forschungsnetz", "education"),
        "128.183.1.1": ("National Aeronautics", "government"),
        "25.1.1.1": ("Ministry of Defence", "government"),
        "19.1.1.1": ("Ford", "business"),
        "48.1.1.1": ("Prudential", "business"),
        "53.1.1.1": ("Mercedes-Benz", "unknown"),
    }
    found = {address: networks.find(address) for address in expected}
    assert {
        address: (network.organisation, network.kind.value)
        for address, network in found.items()
        if network
        and (
            expected[address][0].casefold() not in network.organisation.casefold()
            or network.kind != expected[address][1]
        )
    } == {}
    total = sum(share.v4_addresses for share in shares.values())
    percent = {kind.value: 100 * share.v4_addresses // total for kind, share in shares.items()}
    assert percent == {
        "provider": 50, "hosting": 12, "vpn": 0, "education": 5, "government": 10, "business": 2, "unknown": 19,
    }  # fmt: skip
