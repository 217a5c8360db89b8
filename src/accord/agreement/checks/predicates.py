"""Checks that what is asked of a value fits its type, and does not contradict itself."""

from collections.abc import Iterator
from datetime import date
from decimal import Decimal

from accord.agreement.checks.inspection import Inspection
from accord.agreement.document import FieldEntry
from accord.agreement.document_rules import PredicateKeys
from accord.agreement.plan import FieldType
from accord.agreement.quantity import shown
from accord.agreement.suggestion import hint_for
from accord.rules import Value, text_key

EQUALITY = ("is", "is_not", "is_any_of", "is_none_of")
ORDER = ("at_least", "at_most", "more_than", "less_than")
TEXT = ("starts_with", "contains", "matches")
PRESENCE = ("is_missing", "is_present")
FROM_TODAY = ("in_next", "in_last", "more_than_ago", "more_than_ahead")

_ALL = EQUALITY + ORDER + TEXT + PRESENCE + FROM_TODAY

FITTING = {
    FieldType.TEXT: EQUALITY + TEXT + PRESENCE,
    FieldType.INTEGER: EQUALITY + ORDER + PRESENCE,
    FieldType.DECIMAL: EQUALITY + ORDER + PRESENCE,
    FieldType.BOOLEAN: ("is", "is_not", *PRESENCE),
    FieldType.DATE: EQUALITY + ORDER + PRESENCE + FROM_TODAY,
    FieldType.CHOICE: EQUALITY + PRESENCE,
}
"""What may be asked of a field, by its type."""

_MEANT = {
    FieldType.TEXT: "text, which stands in quotes where it looks like a number",
    FieldType.INTEGER: "a whole number",
    FieldType.DECIMAL: "a number",
    FieldType.BOOLEAN: "true or false",
    FieldType.DATE: "a day such as 2026-12-31",
}


def check_predicates(
    inspection: Inspection, path: str, node: PredicateKeys, name: str, entry: FieldEntry | None
) -> None:
    """Check what ``node`` asks of the field or property ``name``; ``entry`` is None where its type is not known."""
    asked = list(asked_of(node))
    if not asked and inspection.is_whole(path):
        text = f"this says nothing about '{name}'"
        inspection.error("agreement.no_predicate", path, text, "add one, such as 'at_least: 50' or 'is_present: true'")
    for key, values in asked:
        if entry is not None:
            _check_against_type(inspection, f"{path}.{key}", key, values, name, entry)


def asked_of(node: PredicateKeys) -> Iterator[tuple[str, tuple[Value, ...]]]:
    """Yield each predicate of the node as its key and its values."""
    for name in type(node).model_fields:
        key = type(node).model_fields[name].alias or name
        value = getattr(node, name)
        if name in node.model_fields_set and key in _ALL and value is not None:
            yield key, tuple(value) if isinstance(value, list) else (value,)


def _check_against_type(
    inspection: Inspection, path: str, key: str, values: tuple[Value, ...], name: str, entry: FieldEntry
) -> None:
    if key not in FITTING[entry.type]:
        fitting = ", ".join(FITTING[entry.type])
        text = f"'{key}' does not fit '{name}', which is of type {entry.type}"
        inspection.error("agreement.predicate_does_not_fit", path, text, f"valid here: {fitting}")
        return
    if key in PRESENCE + FROM_TODAY:
        return
    for value in values:
        if entry.type is FieldType.CHOICE:
            _check_choice(inspection, path, value, name, entry)
        elif not _is_of(entry.type, value):
            text = f"{shown(value)} is not a value of '{name}', which is of type {entry.type}"
            inspection.error("agreement.wrong_type", path, text, f"write {_MEANT[entry.type]}")


def _check_choice(inspection: Inspection, path: str, value: Value, name: str, entry: FieldEntry) -> None:
    choices = entry.of or []
    if isinstance(value, str) and text_key(value) in {text_key(choice) for choice in choices}:
        return
    if choices:
        text = f"{shown(value)} is not one of the values of '{name}'"
        inspection.error("agreement.unknown_value", path, text, hint_for(str(value), choices))


def _is_of(kind: FieldType, value: Value) -> bool:
    match kind:
        case FieldType.TEXT:
            return isinstance(value, str)
        case FieldType.INTEGER:
            return isinstance(value, int) and not isinstance(value, bool)
        case FieldType.DECIMAL:
            return isinstance(value, int | Decimal) and not isinstance(value, bool)
        case FieldType.BOOLEAN:
            return isinstance(value, bool)
        case FieldType.DATE:
            return isinstance(value, date)
    return True
