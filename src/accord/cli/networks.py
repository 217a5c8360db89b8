"""``accord networks``: tables that say whose network an address belongs to."""

import json
from datetime import UTC, datetime
from pathlib import Path

import click

from accord.cli.steps import Steps
from accord.server.people.networks import table
from accord.traffic.errors import TrafficError
from accord.traffic.networks import Networks
from accord.traffic.networks import load as make_table

AS_JSON = click.option("--json", "as_json", is_flag=True, help="Print it for a machine to read.")
NOTHING = "no networks are loaded; accord networks load FILE… loads some, see docs/how-to/networks.md"


@click.group(short_help="Load tables that say whose network an address belongs to")
def networks() -> None:
    """Load tables that say whose network an address belongs to.

    Visits are taken in without them as well; then nothing is known of where they come from. No database is needed.
    """


@networks.command()
@click.argument("files", nargs=-1, required=True, type=click.Path(exists=True, path_type=Path))
@AS_JSON
def load(files: tuple[Path, ...], as_json: bool) -> None:
    """Make the table of networks from FILES, or folders of them, in place of the one before.

    FILES are CSV tables as those of ip-location-db, lists of prefixes or systems, or MMDB files. Processes that run
    take the new table up by themselves.
    """
    with Steps() as steps:
        shares = make_table(list(files), table(), steps)
    credit = Networks(table()).credit
    if as_json:
        kinds = {kind.value: {"networks": s.networks, "v4_addresses": s.v4_addresses} for kind, s in shares.items()}
        click.echo(json.dumps({"table": str(table()), "credit": credit, "kinds": kinds}, indent=2))
        return
    whole = sum(share.networks for share in shares.values()) or 1
    click.echo(f"loaded {sum(share.networks for share in shares.values()):,} networks into {table()}")
    for kind, share in shares.items():
        click.echo(f"  {kind.value:<11}{share.networks:>9,}  {share.networks / whole:6.1%}")
    if credit:
        click.echo(f"pages that show what is found in it name: {credit}")


@networks.command()
@click.argument("address")
@AS_JSON
def show(address: str, as_json: bool) -> None:
    """Say whose network ADDRESS belongs to, of which kind, and why."""
    found = Networks(table()).find(address) if table().exists() else None
    if found is None:
        message = f"'{address}' is no address" if table().exists() else NOTHING
        raise TrafficError("traffic.no_network", message)
    if as_json:
        said = {"prefix": found.prefix, "asn": found.asn, "organisation": found.organisation}
        click.echo(json.dumps({**said, "kind": found.kind.value, "why": found.why}, ensure_ascii=False, indent=2))
        return
    system = f" (AS{found.asn})" if found.asn else ""
    click.echo(f"{found.prefix}: {found.organisation or 'nobody is known to run it'}{system}")
    click.echo(f"  {found.kind.value}: {found.why}")


@networks.command()
@AS_JSON
def status(as_json: bool) -> None:
    """Say which table of networks is loaded, and since when."""
    if not table().exists():
        click.echo(json.dumps({"table": str(table()), "loaded_at": None}, indent=2) if as_json else NOTHING)
        return
    credit = Networks(table()).credit
    about = table().stat()
    loaded_at = datetime.fromtimestamp(about.st_mtime, UTC)
    if as_json:
        said = {"table": str(table()), "loaded_at": loaded_at.isoformat(), "bytes": about.st_size, "credit": credit}
        click.echo(json.dumps(said, indent=2))
        return
    click.echo(
        f"{table()}: {about.st_size / 1e6:.1f} MB, loaded {loaded_at:%Y-%m-%d %H:%M} UTC; {credit or 'no credit'}"
    )
