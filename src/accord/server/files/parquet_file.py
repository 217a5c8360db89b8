"""A table as a Parquet file: every column with its type, instants in UTC."""

from collections.abc import Sequence
from decimal import Decimal
from itertools import islice
from typing import IO

import pyarrow as pa
from pyarrow import parquet

from accord.server.files.table import MONEY_PLACES, Cell, Column, Kind, Table, rounded

ROW_GROUP = 20_000
"""Rows that are held in memory and written at once."""
DIGITS = 38
"""As many as a decimal of 128 bits holds."""


def write_parquet(table: Table, file: IO[bytes], row_group: int = ROW_GROUP) -> None:
    """Write a table; what reads it needs no zone, since instants are microseconds in UTC.

    Names that differ in nothing but their case get a number, since most engines read them as one.
    """
    types = [_type(column) for column in table.columns]
    schema = pa.schema(list(zip(_distinct(table.columns), types, strict=True)))
    rows = iter(table.rows)
    with parquet.ParquetWriter(file, schema, compression="zstd") as writer:
        while chunk := list(islice(rows, row_group)):
            values = zip(*chunk, strict=True)
            arrays = [
                pa.array([_fitting(cell, column) for cell in cells], kind)
                for cells, column, kind in zip(values, table.columns, types, strict=True)
            ]
            writer.write_table(pa.Table.from_arrays(arrays, schema=schema))


def _type(column: Column) -> pa.DataType:
    match column.kind:
        case Kind.TEXT:
            return pa.string()
        case Kind.WHOLE:
            return pa.int64()
        case Kind.DECIMAL:
            return pa.decimal128(DIGITS, column.places)
        case Kind.MONEY:
            return pa.decimal128(DIGITS, MONEY_PLACES)
        case Kind.INSTANT:
            return pa.timestamp("us", tz="UTC")
        case Kind.DATE:
            return pa.date32()
        case Kind.BOOLEAN:
            return pa.bool_()


def _fitting(cell: Cell, column: Column) -> Cell:
    match cell:
        case None | "":
            return None
        case Decimal():
            return rounded(cell, MONEY_PLACES if column.kind is Kind.MONEY else column.places)
        case _:
            return cell


def _distinct(columns: Sequence[Column]) -> list[str]:
    names: list[str] = []
    taken: set[str] = set()
    for column in columns:
        name, number = column.name, 2
        while name.casefold() in taken:
            name, number = f"{column.name} ({number})", number + 1
        taken.add(name.casefold())
        names.append(name)
    return names
