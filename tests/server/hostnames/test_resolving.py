"""From an address to whose machine it is: only by a name that leads back and that is of somebody's own."""

import pytest
from tests.server.hostnames.conftest import NameServer

from accord.server.hostnames.resolving import UnansweredError, domain_of, resolver

ADDRESS = "20.30.40.50"


def test_a_name_that_leads_back_says_whose_machine_it_is(name_server: NameServer) -> None:
    name_server.names(ADDRESS, "gw2.munich.weber-werke.co.uk")
    assert domain_of(ADDRESS, resolver()) == "weber-werke.co.uk"


def test_so_does_one_of_ip_version_6(name_server: NameServer) -> None:
    name_server.names("2a01:4f8:1:2::7", "vpn.weber-werke.example")
    assert domain_of("2a01:4f8:1:2::7", resolver()) == "weber-werke.example"


def test_anybody_may_write_any_name_so_one_that_leads_elsewhere_says_nothing(name_server: NameServer) -> None:
    name_server.names(ADDRESS, "gw.siemens.example", leads_to="20.30.40.51")
    assert domain_of(ADDRESS, resolver()) == ""


def test_the_second_name_counts_where_the_first_does_not_lead_back(name_server: NameServer) -> None:
    name_server.names(ADDRESS, "gw.siemens.example", leads_to="20.30.40.51")
    name_server.names(ADDRESS, "mail.weber.example")
    assert domain_of(ADDRESS, resolver()) == "weber.example"


@pytest.mark.parametrize(
    "host",
    [
        "p5b0c1d2e.dip0.t-ipconnect.example", "20-30-40-50.provider.example", "host50.40.provider.example",
        "dynamic.provider.example", "adsl-customer7.provider.example", "141e2832.lines.example",
        "pool-7.provider.example", "50.40.30.20.in-addr.provider.example", "static.provider.example",
        "cable12.provider.example",
    ],
)  # fmt: skip
def test_a_name_of_a_providers_line_is_nobodys_own(name_server: NameServer, host: str) -> None:
    name_server.names(ADDRESS, host)
    assert domain_of(ADDRESS, resolver()) == ""


def test_no_name_is_an_answer_and_no_answer_is_not(name_server: NameServer) -> None:
    assert domain_of(ADDRESS, resolver()) == ""
    name_server.broken = True
    with pytest.raises(UnansweredError):
        domain_of(ADDRESS, resolver())


@pytest.mark.parametrize("address", ["10.1.2.3", "127.0.0.1", "192.168.7.7", "fe80::1", "::1", "203.0.113.9"])
def test_an_address_that_is_nobodys_in_the_world_is_not_asked_about(name_server: NameServer, address: str) -> None:
    assert domain_of(address, resolver()) == ""
    assert name_server.asked == []
