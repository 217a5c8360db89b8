"""The mapping of a file: which of its columns becomes what, and how its cells are written.

The document is YAML; every fault is an issue with its file and line, and checking goes on after the first. What may
stand on the left side is in ``targets.py``.
"""

import codecs
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Annotated, Any, Literal
from zoneinfo import ZoneInfo, available_timezones

from pydantic import BaseModel, BeforeValidator, ConfigDict, ValidationError, field_validator, model_validator
from pydantic_core import PydanticCustomError

from accord.agreement import Agreement, FieldType
from accord.agreement.quantity import shown
from accord.agreement.source import Source, read_source
from accord.agreement.suggestion import hint_for
from accord.errors import Issue, Level
from accord.server.capture.errors import MappingError
from accord.server.capture.targets import (
    KINDS,
    LONGEST_ID,
    PROPERTY,
    WHOSE,
    WITHOUT_ID,
    Target,
    property_target,
    valid_targets,
)

FORMAT_EXAMPLE = datetime(2001, 2, 3, 4, 5, 6, 7, tzinfo=UTC)
"""What a format is tried on before it is used."""


def _wrong(message: str, hint: str | None = None) -> PydanticCustomError:
    return PydanticCustomError("mapping.wrong", "wrong", {"text": message, "hint": hint})


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, arbitrary_types_allowed=True)


class FileEntry(_Part):
    """How the file is written.

    Attributes:
        encoding: As Python names it; a byte order mark of UTF-8 is taken off.
        delimiter: What stands between cells; None: found out from the first lines.
        time_zone: Where times without an offset were; None: the agreement's, else UTC.
        decimal: What stands before the decimals.
    """

    encoding: str = "utf-8"
    delimiter: str | None = None
    time_zone: str | None = None
    decimal: Literal[".", ","] = "."

    @field_validator("encoding")
    @classmethod
    def _known_encoding(cls, value: str) -> str:
        try:
            "a".encode(value).decode(value)
        except (LookupError, UnicodeError):
            raise _wrong(f"unknown encoding {shown(value)}", "such as utf-8, windows-1252 or utf-16") from None
        return codecs.lookup(value).name

    @field_validator("delimiter")
    @classmethod
    def _one_character(cls, value: str | None) -> str | None:
        if value is not None and (len(value) != 1 or value in '"\r\n'):
            raise _wrong(f"the delimiter must be one character, but is {shown(value)}", 'such as ",", ";" or "\\t"')
        return value

    @field_validator("time_zone")
    @classmethod
    def _known_zone(cls, value: str | None) -> str | None:
        if value is not None and value not in available_timezones():
            hint = hint_for(value, available_timezones())
            raise _wrong(
                f"unknown time zone {shown(value)}", hint if hint.startswith("did") else "such as Europe/Berlin"
            )
        return value


class ColumnEntry(_Part):
    """Where one of our fields comes from.

    Attributes:
        column: Their column.
        constant: The same value for every row instead.
        values: Their words, replaced by ours before anything else.
        format: How days and times are written, as strptime has it; None: ISO 8601.
        type: What a property is; text unless the file itself says more.
    """

    column: str | None = None
    constant: str | None = None
    values: Mapping[str, str] | None = None
    format: str | None = None
    type: Literal["text", "integer", "decimal", "boolean"] | None = None

    @field_validator("constant", mode="before")
    @classmethod
    def _as_text(cls, value: object) -> object:
        return str(value).lower() if isinstance(value, bool) else value if value is None else str(value)

    @field_validator("values", mode="before")
    @classmethod
    def _values_as_text(cls, value: object) -> object:
        if not isinstance(value, dict):
            return value
        return {key: "" if word is None else cls._as_text(word) for key, word in value.items()}

    @field_validator("format")
    @classmethod
    def _usable(cls, value: str | None) -> str | None:
        if value is not None:
            try:
                datetime.strptime(FORMAT_EXAMPLE.strftime(value), value)  # noqa: DTZ007  # a trial, nothing is kept
            except ValueError as error:
                raise _wrong(f"the format {shown(value)} cannot be read: {error}", "such as %d/%m/%Y %H:%M") from None
        return value

    @model_validator(mode="after")
    def _one_origin(self) -> "ColumnEntry":
        if (self.column is None) == (self.constant is None):
            raise _wrong("give either 'column' or 'constant'")
        return self


def _short_form(value: object) -> object:
    if isinstance(value, bool):
        return {"column": str(value).lower()}
    return {"column": str(value)} if isinstance(value, str | int | Decimal | date) else value


Origin = Annotated[ColumnEntry, BeforeValidator(_short_form)]


class MappingDocument(_Part):
    """The document."""

    accord_import: Literal[1]
    kind: Literal["leads", "touchpoints", "deals", "costs", "rates"]
    file: FileEntry = FileEntry()
    id: Origin | None
    columns: dict[str, Origin]

    @model_validator(mode="before")
    @classmethod
    def _without_id(cls, document: object) -> object:
        if isinstance(document, dict) and document.get("kind") in WITHOUT_ID:
            return {"id": None, **document}
        return document


@dataclass(frozen=True, slots=True)
class Column:
    """One of our fields with where it comes from."""

    target: Target
    origin: ColumnEntry


@dataclass(frozen=True, slots=True)
class FileMapping:
    """A mapping that is complete and consistent.

    Attributes:
        name: The mapping's own file name.
        kind: One of ``KINDS``.
        file: How the file is written.
        zone: Where times without an offset were.
        columns: The id first, where records have one, then the others in the order of the document.
        document: The mapping as JSON, to be kept with the run.
    """

    name: str
    kind: str
    file: FileEntry
    zone: ZoneInfo
    columns: tuple[Column, ...]
    document: dict[str, Any]

    def columns_read(self) -> dict[str, str]:
        """Return which of their columns are read, each with the first of our fields that comes from it."""
        read: dict[str, str] = {}
        for column in self.columns:
            if column.origin.column is not None:
                read.setdefault(column.origin.column, column.target.name)
        return read


def load_mapping(text: str, filename: str, agreement: Agreement | None) -> FileMapping:
    """Return the mapping that ``text`` says.

    Args:
        text: The YAML document.
        filename: As it is named in issues.
        agreement: The one in force, whose fields may be mapped; None: only what Accord itself knows.

    Raises:
        MappingError: With every fault.
    """
    source = read_source(text, filename)
    if source.issues:
        raise MappingError(tuple(_about_mapping(issue) for issue in source.issues))
    try:
        document = MappingDocument.model_validate(source.tree)
    except ValidationError as error:
        raise MappingError(tuple(_issues_of(error, source))) from None
    columns, issues = _columns(document, agreement, source)
    if issues:
        raise MappingError(tuple(issues))
    zone = document.file.time_zone or (agreement.zone.key if agreement else "UTC")
    kept = document.model_dump(mode="json", exclude_defaults=True)
    return FileMapping(filename, document.kind, document.file, ZoneInfo(zone), tuple(columns), kept)


def _about_mapping(issue: Issue) -> Issue:
    """Return an issue of the YAML reader, which speaks of agreements, as one about a mapping."""
    message = issue.message.replace("an agreement", "a mapping").replace("one agreement", "one mapping")
    message = message.replace("'company: Northwind Instruments'", "'kind: leads'")
    hint = issue.hint.replace("'accord: 1'", "'accord_import: 1'") if issue.hint else None
    return Issue(issue.level, issue.code.replace("agreement.", "mapping."), message, issue.at, hint)


def _columns(
    document: MappingDocument, agreement: Agreement | None, source: Source
) -> tuple[list[Column], list[Issue]]:
    valid = valid_targets(document.kind, agreement)
    columns, issues = _identity(document, source)
    for name, origin in document.columns.items():
        at = source.at(f"columns.{name}")
        if document.kind == "touchpoints" and name.startswith(PROPERTY) and len(name) > len(PROPERTY):
            columns.append(Column(property_target(name, FieldType(origin.type or "text")), origin))
            continue
        target = valid.get(name)
        if target is None:
            issues.append(_unknown_target(name, document.kind, valid, agreement, at))
            continue
        if origin.type is not None:
            hint = "the agreement says what its fields are"
            issues.append(Issue(Level.ERROR, "mapping.type", f"only a property has a type, not '{name}'", at, hint))
        columns.append(Column(target, origin))
    issues += _missing(document, valid, source)
    return columns, issues


def _identity(document: MappingDocument, source: Source) -> tuple[list[Column], list[Issue]]:
    """Return the column with the id of a record, where records have one."""
    if document.id is None:
        if document.kind in WITHOUT_ID:
            return [], []
        message, hint = _described("missing", ["id"], None, {})
        return [], [Issue(Level.ERROR, "mapping.wrong", message, source.at("id"), hint)]
    if document.kind in WITHOUT_ID:
        hint = f"their {_APART[document.kind]} tell them apart; take 'id' away"
        return [], [Issue(Level.ERROR, "mapping.no_id", f"{document.kind} have no id", source.at("id"), hint)]
    return [Column(Target("id", "id", longest=LONGEST_ID, needed=True), document.id)], []


def _unknown_target(name: str, kind: str, valid: Iterable[str], agreement: Agreement | None, at: str) -> Issue:
    hint = hint_for(name, [*valid, "property.<name>"] if kind == "touchpoints" else valid)
    if kind == "leads" and agreement is None and not hint.startswith("did"):
        hint = "fields of your own are known once an agreement that declares them is in force"
    return Issue(Level.ERROR, "mapping.unknown_field", f"unknown field '{name}' for {kind}", at, hint)


def _missing(document: MappingDocument, valid: Mapping[str, Target], source: Source) -> list[Issue]:
    at = source.at("columns")
    needed = [target.name for target in valid.values() if target.needed and target.name not in document.columns]
    issues = [
        Issue(
            Level.ERROR,
            "mapping.missing_field",
            f"{document.kind} need '{name}'",
            at,
            "map a column to it, or a constant",
        )
        for name in needed
    ]
    whose = WHOSE[document.kind]
    if whose and not any(name in document.columns for name in whose):
        text = f"{document.kind} must say {'what' if document.kind == 'costs' else 'whom'} they belong to"
        issues.append(Issue(Level.ERROR, "mapping.missing_field", text, at, f"map one of {', '.join(whose)}"))
    if document.kind == "rates":
        issues += _missing_rates(document, at)
    return issues


def _missing_rates(document: MappingDocument, at: str) -> Iterator[Issue]:
    """Yield what is wrong where a file has neither a row for each currency nor a column for each."""
    pair = {"rate.currency", "rate.rate"}
    absent = sorted(pair - set(document.columns))
    if absent == sorted(pair) and set(document.columns) - {"rate.day", "rate.base"}:
        return
    for name in absent:
        hint = "map a column to it, or map a column for each currency, such as 'rate.USD: USD'"
        yield Issue(Level.ERROR, "mapping.missing_field", f"rates need '{name}'", at, hint)


def _issues_of(error: ValidationError, source: Source) -> list[Issue]:
    issues = []
    for fault in error.errors():
        steps = [str(step) for step in fault["loc"]]
        path = ".".join(steps)
        message, hint = _described(fault["type"], steps, fault["input"], fault.get("ctx") or {})
        issues.append(Issue(Level.ERROR, "mapping.wrong", message, source.at(path), hint))
    return sorted(issues, key=lambda issue: int((issue.at or ":0").rsplit(":", 1)[1]))


_APART: Mapping[str, str] = {
    "costs": "day, source, medium, campaign and currency",
    "rates": "day, base and currency",
}
"""By what rows without an id are told apart."""

_KEYS: Mapping[str, tuple[str, ...]] = {
    "file": tuple(FileEntry.model_fields),
    "": tuple(MappingDocument.model_fields),
}


def _described(kind: str, steps: list[str], value: object, context: Mapping[str, Any]) -> tuple[str, str | None]:
    key, around = steps[-1], ".".join(steps[:-1])
    match kind:
        case "mapping.wrong":
            return str(context["text"]), context["hint"]
        case "missing":
            return f"the mapping needs '{key}'", _MISSING.get(key)
        case "extra_forbidden":
            return f"unknown key '{key}'", hint_for(key, _KEYS.get(around, tuple(ColumnEntry.model_fields)))
        case "literal_error" if key == "accord_import":
            return f"version {shown(value)} of the mapping language is not known", "write 'accord_import: 1'"
        case "literal_error":
            valid = {"kind": KINDS, "decimal": (".", ",")}.get(key, ("text", "integer", "decimal", "boolean"))
            return f"'{key}' cannot be {shown(value)}", hint_for(str(value), valid)
        case "model_type" | "dict_type" | "model_attributes_type":
            return f"'{key}' must be a group of keys or the name of a column, but is {shown(value)}", None
    return f"'{key}' cannot be {shown(value)}", "put it in quotes if it is meant as text"


_MISSING: Mapping[str, str] = {
    "accord_import": "write 'accord_import: 1'",
    "kind": f"one of {', '.join(KINDS)}",
    "id": "name the column with the record's id in its own system, by which a second import finds it again",
    "columns": "say which column becomes what, such as 'person.email: E-mail'",
}
