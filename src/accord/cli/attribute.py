"""``accord attribute``: which touchpoints earned the money, from files."""

import json
from datetime import timedelta
from pathlib import Path

import click
import pyarrow as pa
import pyarrow.csv
import pyarrow.parquet

from accord.attribution import MODELS, Attribution, Columns, trace
from accord.attribution import attribute as give_credit

USUAL = ("first", "last_non_direct", "linear", "u_shaped", "time_decay", "markov_1", "shapley")


@click.command(short_help="Credit touchpoints with the conversions that they led to")
@click.argument("touchpoints", type=click.Path(path_type=Path))
@click.argument("conversions", type=click.Path(path_type=Path))
@click.option(
    "--model", "models", multiple=True, default=USUAL, type=click.Choice(list(MODELS)), help="May be repeated."
)
@click.option("--by", "touch", default=Columns().touch, show_default=True, help="The column that gets the credit.")
@click.option(
    "--lookback", type=click.IntRange(min=0), metavar="DAYS", help="How old a touch may be; any age if not given."
)
@click.option("--out", type=click.Path(dir_okay=False, path_type=Path), help="Write it to FILE.parquet or FILE.csv.")
@click.option(
    "--trace",
    "rows",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Write what each touch of each conversion gets to FILE.parquet or FILE.csv.",
)
@click.option("--id", "id_", metavar="COLUMN", help="Say in --trace which touchpoint each is, by this column.")
@click.option("--json", "as_json", is_flag=True, help="Print it for a machine to read.")
def attribute(
    touchpoints: Path,
    conversions: Path,
    models: tuple[str, ...],
    touch: str,
    lookback: int | None,
    out: Path | None,
    rows: Path | None,
    id_: str | None,
    as_json: bool,
) -> None:
    """Credit TOUCHPOINTS with the value of CONVERSIONS, under several models that each add up to the cent.

    Both are Parquet files, or folders of them: TOUCHPOINTS with the columns journey, at and channel, CONVERSIONS with
    journey, at and cents. See docs/how-to/attribution.md. No database is needed.

    A Markov chain splits all conversions at once, and has no rows behind it: --trace has the model ..._by_path instead,
    which splits each conversion by itself.
    """
    for name, path in (("--out", out), ("--trace", rows)):
        if path is not None and path.suffix not in (".parquet", ".csv"):
            raise click.BadParameter(f"{path} ends with neither .parquet nor .csv", param_hint=f"'{name}'")
    if id_ is not None and rows is None:
        raise click.UsageError("--id says what --trace writes, and there is no --trace")
    window = None if lookback is None else timedelta(days=lookback)
    found = give_credit(touchpoints, conversions, models, lookback=window, columns=Columns(touch=touch))
    if out is not None:
        _write(found.table(), out)
    if rows is not None:
        _write(trace(touchpoints, conversions, models, lookback=window, columns=Columns(touch=touch, id=id_)), rows)
    if as_json:
        click.echo(json.dumps({"bookings": found.bookings, "credits": found.table().to_pylist()}, indent=2))
    elif out is None:
        _show(found)


def _write(table: pa.Table, path: Path) -> None:
    if path.suffix == ".csv":
        pyarrow.csv.write_csv(table, path)
    else:
        pyarrow.parquet.write_table(table, path)


def _show(found: Attribution) -> None:
    names = [credit.model for credit in found.credits]
    labels = [str(label) for label in found.credits[0].labels]
    wide = max(len(label) for label in (*labels, "unattributable"))
    click.echo("  ".join([" " * wide, *(f"{name:>16}" for name in names)]))
    columns = [credit.cents.tolist() for credit in found.credits]
    for label, *cents in zip(labels, *columns, strict=True):
        click.echo("  ".join([label.ljust(wide), *(_money(some) for some in cents)]))
    for label, some in (("unattributable", found.unattributable_cents), ("bookings", found.bookings)):
        click.echo("  ".join([label.ljust(wide), *(_money(some) for _ in names)]))


def _money(cents: int) -> str:
    return f"{cents / 100:>16,.2f}"
