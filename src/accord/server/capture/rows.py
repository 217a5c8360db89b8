"""One row of cells in, one row of the staging table out, or the reason why not. Pure."""

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal
from json.encoder import encode_basestring

from accord.agreement import FieldType
from accord.server.capture.cells import CellError, Converter, Manner, Staged, converter
from accord.server.capture.errors import ImportingError
from accord.server.capture.mapping import Column, FileMapping
from accord.server.capture.targets import Cell, Target

StagedRow = list[Staged]
Part = Callable[[Sequence[str]], Staged]
"""One column of the staging table, out of the cells of a row."""


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why a row is not imported, and what it held.

    Attributes:
        line: In the file; the header is line 1.
        code: Such as ``import.not_an_address``.
        message: The reason in plain words, with what to do about it.
        cells: The row as it was read.
    """

    line: int
    code: str
    message: str
    cells: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class RowPlan:
    """How the rows of one file become rows of the staging table.

    Attributes:
        staged: The columns of the staging table that are filled, after ``line``.
        parts: One for each of them.
        width: How many cells a row must have.
    """

    staged: tuple[str, ...]
    parts: tuple[Part, ...]
    width: int

    def row(self, line: int, cells: Sequence[str]) -> StagedRow:
        """Return the staged row.

        Raises:
            CellError: The row is refused.
        """
        if len(cells) != self.width:
            raise _wrong_width(len(cells), self.width)
        return [line, *[part(cells) for part in self.parts]]


def _wrong_width(found: int, wanted: int) -> CellError:
    has = f"the row has {found} cell{'s' if found != 1 else ''}"
    if found < wanted:
        return CellError("import.half_a_row", f"{has}, the header names {wanted}", "was the file cut off?")
    hint = "put cells that hold the delimiter into quotation marks"
    return CellError("import.too_many_cells", f"{has}, the header names {wanted}", hint)


def plan_rows(
    mapping: FileMapping, header: Sequence[str], types: Mapping[str, FieldType], file_name: str, now: datetime
) -> RowPlan:
    """Return how the rows of a file with this header are read.

    Raises:
        ImportingError: ``import.missing_column`` if the mapping names columns that the file has not.
    """
    missing = [name for name in mapping.columns_read() if name not in header]
    if missing:
        many = len(missing) > 1
        raise ImportingError(
            "import.missing_column",
            f"the file has no column{'s' if many else ''} {', '.join(map(repr, missing))}",
            at=f"{file_name}:1",
            hint=f"it has {', '.join(map(repr, filter(None, header))) or 'none with a name'}; nothing was imported",
        )
    place = {name: index for index, name in enumerate(header)}
    staged: list[str] = []
    parts: list[Part] = []
    groups: dict[str, list[tuple[str, Part]]] = {}
    for column in mapping.columns:
        target = column.target
        part = _part(column, mapping, place, types, now)
        if target.group is not None:
            groups.setdefault(target.group, []).append((target.staged, part))
            continue
        staged.append(target.staged)
        parts.append(part)
        if target.cell is Cell.EMAIL:
            staged.append("email_key")
            parts.append(_part(_as_key(column), mapping, place, types, now))
    for group, members in groups.items():
        staged.append(group)
        parts.append(_json_part(group, members))
    return RowPlan(tuple(staged), tuple(parts), len(header))


def _as_key(column: Column) -> Column:
    return replace(column, target=replace(column.target, cell=Cell.EMAIL_KEY))


def _part(
    column: Column, mapping: FileMapping, place: Mapping[str, int], types: Mapping[str, FieldType], now: datetime
) -> Part:
    origin, target = column.origin, column.target
    name = origin.column if origin.column is not None else target.name
    typed = types.get(name) if origin.column is not None else None
    if target.cell is Cell.PROPERTY and origin.type is None and typed is not None:
        target = replace(target, type=typed)
    decimal = "." if typed is not None else mapping.file.decimal
    convert = converter(target, Manner(name, mapping.zone, decimal, origin.format, now))
    if origin.values is not None:
        convert = _translated(origin.values, convert)
    if origin.constant is not None:
        return _constant(convert, origin.constant, mapping, target)
    return _cell(place[name], convert)


def _constant(convert: Converter, constant: str, mapping: FileMapping, target: Target) -> Part:
    try:
        value = convert(constant)
    except CellError as error:
        raise ImportingError("import.bad_constant", error.message, at=mapping.name, hint=error.hint) from None
    if value is None and target.needed:
        raise ImportingError("import.bad_constant", f"'{target.name}' may not be empty", at=mapping.name)
    return lambda _: value


def _cell(index: int, convert: Converter) -> Part:
    return lambda cells: convert(cells[index])


def _translated(values: Mapping[str, str], convert: Converter) -> Converter:
    words = dict(values)

    def translate(cell: str) -> Staged:
        text = cell.strip()
        return convert(words.get(text, text))

    return translate


def _json_part(group: str, members: Sequence[tuple[str, Part]]) -> Part:
    """Return a part that gathers several values as one JSON object, the missing ones left out."""
    keyed = [(f"{json.dumps(name)}:", part) for name, part in members]
    # A decimal property is a JSON number. A decimal field is text, as it is where it is filled in by hand.
    decimal = str if group == "properties" else lambda value: f'"{value}"'

    def gather(cells: Sequence[str]) -> Staged:
        pairs = []
        for key, part in keyed:
            value = part(cells)
            if value is None:
                continue
            if isinstance(value, str):
                pairs.append(key + encode_basestring(value))
            elif isinstance(value, bool):
                pairs.append(key + ("true" if value else "false"))
            else:
                pairs.append(key + (decimal(value) if isinstance(value, Decimal) else str(value)))
        return "{" + ",".join(pairs) + "}"

    return gather
