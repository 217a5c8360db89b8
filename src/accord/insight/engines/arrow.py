"""The star's columns as Arrow has them."""

import pyarrow as pa

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
