"""The table of networks against looking through all ranges one by one."""

from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address, ip_network
from pathlib import Path
from tempfile import TemporaryDirectory

from hypothesis import given
from hypothesis import strategies as st

from accord.traffic.network_table import NetworkTable, Owner, write_table
from accord.traffic.networks import cut, read_ip
from accord.traffic.organisations import NetworkKind
from accord.traffic.segments import Range, flatten, flatten_greatest, overlay

NUMBERS = st.integers(0, 60)
RANGES = st.lists(
    st.tuples(NUMBERS, NUMBERS, st.integers(1, 5)).map(lambda r: (min(r[:2]), max(r[:2]), r[2])), max_size=12
)


def at(segments: list[tuple[int, int]], number: int) -> int:
    return [value for start, value in segments if start <= number][-1]


@given(ranges=RANGES)
def test_every_number_has_the_value_of_the_narrowest_range_around_it(ranges: list[Range]) -> None:
    for number in range(62):
        around = [(last - first, -n, value) for n, (first, last, value) in enumerate(ranges) if first <= number <= last]
        assert at(flatten(ranges), number) == (min(around)[2] if around else 0)


@given(below=RANGES, above=RANGES)
def test_one_layer_over_another_keeps_the_values_of_both(below: list[Range], above: list[Range]) -> None:
    both = overlay(flatten(below), flatten_greatest(above))
    for number in range(62):
        greatest = max((value for first, last, value in above if first <= number <= last), default=0)
        assert [value for start, value in both if start <= number][-1] == (at(flatten(below), number), greatest)


V4_RANGES = st.lists(st.tuples(st.integers(0, 2**32 - 1), st.integers(0, 32), st.integers(1, 9)), max_size=20)
V6_RANGES = st.lists(st.tuples(st.integers(0, 2**128 - 1), st.integers(0, 128), st.integers(1, 9)), max_size=20)


def blocks(drawn: list[tuple[int, int, int]], bits: int) -> list[Range]:
    made = []
    for address, length, value in drawn:
        first = address >> (bits - length) << (bits - length)
        made.append((first, first + 2 ** (bits - length) - 1, value))
    return made


@given(v4=V4_RANGES, v6=V6_RANGES, tried=st.lists(st.integers(0, 2**128 - 1), max_size=10))
def test_the_file_finds_what_looking_through_all_ranges_finds(
    v4: list[tuple[int, int, int]], v6: list[tuple[int, int, int]], tried: list[int]
) -> None:
    small, large = blocks(v4, 32), blocks(v6, 128)
    owners = {(n, 0): Owner(n, f"Ünternehmen {n}", list(NetworkKind)[n % 7], f"because {n}") for n in range(1, 10)}
    with TemporaryDirectory() as folder:
        path = Path(folder) / "networks"
        write_table(path, overlay(flatten(small), [(0, 0)]), overlay(flatten(large), [(0, 0)]), owners, "credit")
        table = NetworkTable(path)
    assert table.credit == "credit"
    for look, ranges, bits in ((table.v4, small, 32), (table.v6, large, 128)):
        edges = {n for first, last, _ in ranges for n in (first - 1, first, last, last + 1)}
        for number in {n % 2**bits for n in edges} | {n % 2**bits for n in tried}:
            around = [(b - a, -n, value) for n, (a, b, value) in enumerate(ranges) if a <= number <= b]
            assert look(number) == (owners[min(around)[2], 0] if around else None)


@given(address=st.ip_addresses(v=4))
def test_of_an_ipv4_address_24_bits_are_kept_however_it_is_written(address: IPv4Address) -> None:
    kept = str(ip_network(f"{address}/24", strict=False))
    sixtofour = IPv6Address(0x2002 << 112 | int(address) << 80)
    for text in (f"{address}", f"{address}:443", f"::ffff:{address}", f"[::ffff:{address}]:443", f"{sixtofour}"):
        assert cut(text) == kept
    assert cut(str(IPv6Address(int(IPv6Address("64:ff9b::")) | int(address)))) == kept


@given(address=st.ip_addresses(v=6))
def test_of_an_ipv6_address_48_bits_are_kept(address: IPv6Address) -> None:
    kept = ip_network(cut(str(address)))
    found = read_ip(str(address))
    assert found in kept
    assert kept.prefixlen == (48 if isinstance(kept, IPv6Network) else 24)
    assert cut(f"[{address}]") == cut(f"{address}%eth0") == str(kept)


@given(text=st.text(st.characters(), max_size=40))
def test_no_text_is_too_odd(text: str) -> None:
    found = read_ip(text)
    assert (cut(text) == "") is (found is None)
    if found is not None:
        assert ip_address(str(found)) == found
