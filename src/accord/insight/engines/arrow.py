"""The star's columns as Arrow has them."""

import pyarrow as pa

from accord.insight.errors import InsightError
from accord.insight.star import Table, Type

ARROW = {
    Type.BIGINT: pa.int64(),
    Type.TEXT: pa.string(),
    Type.BOOLEAN: pa.bool_(),
    Type.DECIMAL: pa.decimal128(20, 4),
}


def schema_of(table: Table) -> pa.Schema:
    """Return the columns of a table as Arrow has them."""
    return pa.schema([pa.field(column.name, ARROW[column.type], column.nullable) for column in table.columns])


def alike(table: pa.Table) -> pa.Table:
    """Return an answer with the types that every engine has: whole numbers in 64 bits, fractions and texts likewise.

    Raises:
        InsightError: ``insight.untyped``.
    """
    wanted = pa.schema([pa.field(field.name, _alike(field.name, field.type)) for field in table.schema])
    return table.cast(wanted).replace_schema_metadata(None)


def untyped(name: str, said: object) -> InsightError:
    """Return the error for a column that would not be of the same type on every engine."""
    return InsightError(
        "insight.untyped",
        f"the column '{name}' is of the type {said}, which is not the same on every engine",
        hint="cast it to BIGINT, DOUBLE, TEXT, BOOLEAN or DECIMAL(20, 4)",
    )


def _alike(name: str, found: pa.DataType) -> pa.DataType:
    if pa.types.is_integer(found):
        return pa.int64()
    if pa.types.is_floating(found):
        return pa.float64()
    if pa.types.is_string(found) or pa.types.is_large_string(found) or pa.types.is_string_view(found):
        return pa.string()
    if pa.types.is_boolean(found) or (pa.types.is_decimal128(found) and found.scale):
        return found
    raise untyped(name, found)  # a decimal without a scale is what DuckDB and PostgreSQL make of a sum
