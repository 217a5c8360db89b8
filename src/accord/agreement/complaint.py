"""Pydantic's faults as issues in plain English."""

from collections.abc import Iterable, Iterator

from accord.agreement.document import Document
from accord.agreement.document_rules import NOT_A_RULE, PredicateKeys
from accord.agreement.quantity import shown
from accord.agreement.salvage import EMPTY, RULE_KINDS, Entry, Fault
from accord.agreement.source import Source
from accord.agreement.suggestion import hint_for, nearest
from accord.agreement.vocabulary import REFUSED
from accord.errors import Issue, Level

_PREDICATE_HINTS = {
    "equals": "is",
    "equal": "is",
    "eq": "is",
    "min": "at_least",
    "minimum": "at_least",
    "gte": "at_least",
    "max": "at_most",
    "maximum": "at_most",
    "lte": "at_most",
    "gt": "more_than",
    "lt": "less_than",
    "in": "is_any_of",
    "one_of": "is_any_of",
    "not_in": "is_none_of",
}
"""What people coming from other tools write, and what it is called here."""


def complaints(faults: Iterable[Fault], source: Source) -> Iterator[Issue]:
    """Yield the issue for each fault; a key that is missing because it is misspelled is said once."""
    noted = list(faults)
    misspelled = {_meant_path(fault) for fault in noted if fault.kind == "extra_forbidden"}
    for fault in noted:
        if fault.kind == "missing" and fault.path in misspelled:
            continue
        code, message, hint = _described(fault)
        yield Issue(Level.ERROR, code, message, source.at(fault.path), hint)


def _meant_path(fault: Fault) -> str | None:
    close = nearest(fault.key, _keys(fault.entry))
    return None if close is None else fault.path[: len(fault.path) - len(fault.key)] + close


def _described(fault: Fault) -> tuple[str, str, str | None]:
    match fault.kind:
        case "missing":
            return _missing(fault)
        case "extra_forbidden":
            return _unknown_key(fault)
        case _ if fault.kind == REFUSED:
            return _refused(fault)
        case _ if fault.kind == NOT_A_RULE:
            return _not_a_rule(fault)
        case _ if fault.kind == EMPTY:
            return EMPTY, f"{_subject(fault)} is empty", "write a value, or remove it"
        case "too_short":
            return "agreement.empty_list", f"{_subject(fault)} is an empty list", "name at least one value"
        case "list_type":
            hint = "put its items on lines of their own, each after '- '"
            return "agreement.not_a_list", f"{_subject(fault)} must be a list, but is {shown(fault.value)}", hint
        case "model_type" | "dict_type" | "model_attributes_type":
            text = f"{_subject(fault)} must be a group of keys, but is {shown(fault.value)}"
            return "agreement.not_a_group", text, "put its keys on lines of their own, further to the right"
    return "agreement.wrong_value", f"{_subject(fault)} cannot be {shown(fault.value)}", None


def _missing(fault: Fault) -> tuple[str, str, str | None]:
    around = fault.path[: -len(fault.key) - 1]
    place = f"'{around}'" if around else "the agreement"
    about = _keys(fault.entry).get(fault.key)
    return "agreement.missing_key", f"{place} needs '{fault.key}'", _lowered(about) if about else None


def _unknown_key(fault: Fault) -> tuple[str, str, str | None]:
    valid = _keys(fault.entry)
    if fault.entry is Document:
        return "agreement.unknown_section", f"unknown section {shown(fault.key)}", hint_for(fault.key, valid)
    around = fault.path[: -len(fault.key) - 1]
    text = f"unknown key {shown(fault.key)} in '{around}'"
    kinds = [kind for kind in RULE_KINDS if kind in valid]
    if fault.key in RULE_KINDS and kinds:
        hint = f"put '{kinds[0]}' and '{fault.key}' as two items into 'all' or 'any'"
        return "agreement.several_rules", f"a rule says one thing, but '{around}' says two", hint
    if fault.entry is not None and issubclass(fault.entry, PredicateKeys) and fault.key in _PREDICATE_HINTS:
        return "agreement.unknown_key", text, f"did you mean '{_PREDICATE_HINTS[fault.key]}'?"
    return "agreement.unknown_key", text, hint_for(fault.key, valid)


def _refused(fault: Fault) -> tuple[str, str, str | None]:
    text = str(fault.context["text"])
    if text.startswith("this "):
        text = f"{_subject(fault)} {text.removeprefix('this ')}"
    hint = fault.context["hint"]
    return str(fault.context["code"]), text, None if hint is None else str(hint)


def _not_a_rule(fault: Fault) -> tuple[str, str, str | None]:
    kinds = "write the name of a criterion, or a group with one of: " + ", ".join(RULE_KINDS)
    if isinstance(fault.value, dict):
        meant = [hint for key in fault.value if (hint := hint_for(str(key), RULE_KINDS)).startswith("did")]
        return "agreement.not_a_rule", f"{_subject(fault)} holds no rule", meant[0] if meant else kinds
    return "agreement.not_a_rule", f"{_subject(fault)} must be a rule, but is {shown(fault.value)}", kinds


def _keys(entry: type[Entry] | None) -> dict[str, str]:
    """Return the valid keys of an entry with what they are for."""
    if entry is None:
        return {}
    return {field.alias or name: field.description or "" for name, field in entry.model_fields.items()}


def _subject(fault: Fault) -> str:
    """Return what the sentence is about: a key, or the place of an item in its list."""
    if fault.path.endswith("]"):
        around, _, place = fault.path.removesuffix("]").rpartition("[")
        return f"item {int(place) + 1} of '{around.rpartition('.')[2]}'"
    return f"'{fault.key}'"


def _lowered(text: str) -> str:
    return text[:1].lower() + text[1:].removesuffix(".")
