"""``accord networks``: load tables, ask about an address, say what is loaded."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from accord.cli import main
from accord.errors import AccordError
from accord.server.people.networks import networks

RANGES = """start,end,asn
203.0.113.0,203.0.113.127,64496
198.51.100.0,198.51.100.255,64497
"""
NAMES = """asn,organization
64496,"Northwind Telecom, Inc."
64497,Contoso Instruments GmbH
"""


@pytest.fixture
def files(tmp_path: Path, settings: object) -> list[str]:
    settings.ACCORD_NETWORKS = tmp_path / "home" / "table"  # type: ignore[attr-defined]
    (tmp_path / "ranges.csv").write_text(RANGES, encoding="utf-8")
    (tmp_path / "names.csv").write_text(NAMES, encoding="utf-8")
    return [str(tmp_path / "ranges.csv"), str(tmp_path / "names.csv")]


def run(*arguments: str) -> Result:
    return CliRunner().invoke(main, ["networks", *arguments], standalone_mode=False)


def test_tables_are_loaded_and_an_address_is_found_in_them(files: list[str]) -> None:
    said = run("load", *files).output
    assert said.startswith("loaded 2 networks into ")
    assert "business 1 50.0%" in " ".join(said.split())
    assert "name: IP Geolocation by DB-IP, https://db-ip.com" in said
    assert run("show", "198.51.100.57").output.splitlines() == [
        "198.51.100.0/24: Contoso Instruments GmbH (AS64497)",
        "  business: its organisation is called “instruments”",
    ]
    found = json.loads(run("show", "203.0.113.9", "--json").output)
    assert (found["prefix"], found["kind"]) == ("203.0.113.0/24", "provider")
    assert "loaded 20" in run("status").output


def test_a_machine_is_told_how_much_of_each_kind_was_loaded(files: list[str]) -> None:
    kinds = json.loads(run("load", *files, "--json").output)["kinds"]
    assert kinds["provider"] == {"networks": 1, "v4_addresses": 128}
    assert kinds["business"] == {"networks": 1, "v4_addresses": 256}


def test_a_running_process_takes_up_what_was_loaded_since(files: list[str]) -> None:
    assert networks() is None
    run("load", *files)
    first = networks()
    assert first is not None
    assert networks() is first
    run("load", files[0])
    second = networks()
    assert second is not None
    assert second is not first
    found = second.find("198.51.100.57")
    assert found is not None
    assert found.organisation == ""


def test_a_table_that_cannot_be_used_is_none(files: list[str], settings: object) -> None:
    path: Path = settings.ACCORD_NETWORKS  # type: ignore[attr-defined]
    path.parent.mkdir()
    path.write_bytes(b"not a table")
    assert networks() is None


def test_without_a_table_the_commands_say_how_to_load_one(files: list[str]) -> None:
    assert "accord networks load" in run("status").output
    assert json.loads(run("status", "--json").output)["loaded_at"] is None
    failed = run("show", "198.51.100.57").exception
    assert isinstance(failed, AccordError)
    assert "accord networks load" in str(failed)


def test_what_is_no_address_is_said_to_be_none(files: list[str]) -> None:
    run("load", *files)
    failed = run("show", "example.com").exception
    assert isinstance(failed, AccordError)
    assert failed.message == "'example.com' is no address"


def test_files_that_hold_no_networks_leave_the_table_as_it_was(files: list[str], tmp_path: Path) -> None:
    run("load", *files)
    (tmp_path / "other.csv").write_text("a,b\n1,2\n", encoding="utf-8")
    assert isinstance(run("load", str(tmp_path / "other.csv")).exception, AccordError)
    assert "Contoso" in run("show", "198.51.100.57").output
