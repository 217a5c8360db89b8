"""From files of PostgreSQL to Arrow: values get their keys and numbers here, in Python, once for each distinct value.

Keys are what the rules compare texts by (``accord.rules.text_key``). Everything streams in batches.
"""

import json
from collections.abc import Callable, Iterator, Mapping
from decimal import Decimal
from pathlib import Path

import pyarrow as pa

from accord.agreement import FieldType
from accord.insight import Table, Type
from accord.insight.engines.arrow import ARROW
from accord.insight.engines.copied import batches
from accord.insight.history import property_columns_of
from accord.rules import RulesError, Value, property_columns, property_value
from accord.server.backtests.sources import raw_column
from accord.server.pipeline.facts import typed

Key = tuple[str | None, Decimal | None]
"""What the column for text and the column for numbers hold of a value; at most one of them anything."""

MOST_REMEMBERED = 200_000
"""Distinct values of one column whose keys are kept; beyond, they are forgotten and computed again."""
SEPARATOR = "\x1f"
TOUCHPOINTS = "touchpoints"
_FIXED = ("touchpoint_id", "person_id", "event", "at_us")


class _Keys:
    """The keys of the values of one column."""

    def __init__(self, key_of: Callable[[str], Key]) -> None:
        self._key_of = key_of
        self._known: dict[str, Key] = {}

    def of(self, raw: pa.Array) -> tuple[pa.Array, pa.Array]:
        """Return the two columns for a column of raw values; NULL where there is none."""
        encoded = raw.dictionary_encode()
        keys = [self._key(each) for each in encoded.dictionary.to_pylist()]
        texts = pa.array([text for text, _ in keys], pa.string())
        numbers = pa.array([number for _, number in keys], ARROW[Type.DECIMAL])
        return texts.take(encoded.indices), numbers.take(encoded.indices)

    def _key(self, raw: str) -> Key:
        key = self._known.get(raw)
        if key is None:
            if len(self._known) >= MOST_REMEMBERED:
                self._known.clear()
            key = self._known[raw] = self._key_of(raw)
        return key


def plain(table: Table, path: Path) -> pa.RecordBatchReader:
    """Return a table as it stands in a file."""
    types = {column.name: ARROW[column.type] for column in table.columns}
    return _reader(types, batches(path, types))


def touchpoints(table: Table, properties: tuple[str, ...], path: Path) -> pa.RecordBatchReader:
    """Return touchpoints from a file that holds the JSON text of each of these properties in its ``raw_column``."""
    types = {column.name: ARROW[column.type] for column in table.columns}
    fixed = {name: kind for name, kind in types.items() if name in _FIXED}
    keys = {name: _Keys(property_key) for name in properties}

    def keyed() -> Iterator[pa.RecordBatch]:
        for batch in batches(path, fixed | dict.fromkeys(map(raw_column, range(len(properties))), pa.string())):
            arrays = {name: batch.column(name) for name in fixed}
            for place, name in enumerate(properties):
                held = property_columns_of(name)
                arrays[held.text], arrays[held.number] = keys[name].of(batch.column(raw_column(place)))
            yield pa.record_batch([arrays[name] for name in types], names=list(types))

    return _reader(types, keyed())


def field_changes(table: Table, types: Mapping[str, FieldType], path: Path) -> pa.RecordBatchReader:
    """Return changes of fields from a file that holds the text of the JSON of a value as ``raw``.

    Args:
        table: As ``accord.insight.history`` declares it.
        types: What the agreement declares of each field.
        path: The file.
    """
    columns = {column.name: ARROW[column.type] for column in table.columns}
    found = {name: kind for name, kind in columns.items() if name not in {"text", "number"}}

    def key_of(joined: str) -> Key:
        name, _, raw = joined.partition(SEPARATOR)
        return field_key(name, raw, types)

    keys = _Keys(key_of)

    def keyed() -> Iterator[pa.RecordBatch]:
        for batch in batches(path, found | {"raw": pa.string()}):
            fields, raws = batch.column("field").to_pylist(), batch.column("raw").to_pylist()
            joined = [
                None if raw is None else f"{field}{SEPARATOR}{raw}" for field, raw in zip(fields, raws, strict=True)
            ]
            text, number = keys.of(pa.array(joined, pa.string()))
            arrays = {name: batch.column(name) for name in found} | {"text": text, "number": number}
            yield pa.record_batch([arrays[name] for name in columns], names=list(columns))

    return _reader(columns, keyed())


def property_key(raw: str) -> Key:
    """Return the key of a property from the text of its JSON; what no rule could compare has none.

    Examples:
        >>> property_key('" Straße"'), property_key("7"), property_key("[1]")
        (('strasse', None), (None, Decimal('7')), (None, None))
    """
    try:
        return _columns(property_value(json.loads(raw)))
    except RulesError:
        return None, None


def field_key(name: str, raw: str, types: Mapping[str, FieldType]) -> Key:
    """Return the key of a field's value from the text of its JSON; what is not of the declared type has none.

    Examples:
        >>> field_key("lead.seats", '"12"', {"lead.seats": FieldType.INTEGER})
        (None, Decimal('12'))
    """
    try:
        return _columns(typed(json.loads(raw), types[name]))
    except RulesError:
        return None, None


def _columns(value: Value | None) -> Key:
    text, number = property_columns(value)
    return text, None if number is None else Decimal(number)


def _reader(types: Mapping[str, pa.DataType], found: Iterator[pa.RecordBatch]) -> pa.RecordBatchReader:
    schema = pa.schema(list(types.items()))
    return pa.RecordBatchReader.from_batches(schema, (batch.cast(schema) for batch in found))
