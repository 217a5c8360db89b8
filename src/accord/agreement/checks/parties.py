"""Checks of the roles and of the shared vocabulary of fields."""

from accord.agreement.checks.inspection import Inspection
from accord.agreement.plan import FieldType
from accord.rules import text_key


def check_roles(inspection: Inspection) -> None:
    """Check that there are two sides to sign."""
    if not inspection.is_whole("roles"):
        return
    roles = inspection.document.roles
    signing = [name for name, role in roles.items() if role.signs]
    if not signing:
        hint = "write 'signs: true' for marketing and for sales"
        inspection.error("agreement.nobody_signs", "roles", "no role signs this agreement", hint)
    elif len(signing) == 1:
        text = f"only '{signing[0]}' signs, but an agreement has two sides"
        inspection.warn("agreement.one_signs", "roles", text, "write 'signs: true' for the other side too")


def check_fields(inspection: Inspection) -> None:
    """Check each field's owner, and the values of choices."""
    if not inspection.document.fields and inspection.is_whole("fields"):
        inspection.error("agreement.no_fields", "fields", "no field is defined", "add one, such as company.employees")
    for name, entry in inspection.document.fields.items():
        inspection.refer("role", entry.owner, "roles", f"fields.{name}.owner")
        if entry.type is FieldType.CHOICE:
            _check_choices(inspection, f"fields.{name}", entry.of)
        elif entry.of is not None:
            text = f"'{name}' is of type {entry.type}, so it has no list of values"
            inspection.error("agreement.values_without_choice", f"fields.{name}.of", text, "write 'type: choice'")


def _check_choices(inspection: Inspection, path: str, values: list[str] | None) -> None:
    if not values and inspection.is_whole(f"{path}.of"):
        hint = "list its values, such as 'of: [none, planned, approved]'"
        inspection.error("agreement.choice_without_values", f"{path}.of", "a choice needs its values in 'of'", hint)
    seen: dict[str, str] = {}
    for place, value in enumerate(values or ()):
        first = seen.setdefault(text_key(value), value)
        if seen[text_key(value)] is not value:
            text = f"the value '{value}' stands in the list twice"
            hint = f"it is the same as '{first}': small and capital letters do not differ"
            inspection.error("agreement.duplicate_value", f"{path}.of[{place}]", text, hint)
