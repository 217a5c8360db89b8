"""Which value of a field is kept when two records become one, and why, in a sentence. Pure."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

Values = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Kept:
    """What becomes of one field.

    Attributes:
        field: Its name, such as ``name`` or, of the agreement's fields, ``fields.title``.
        value: What is kept.
        other: What the other side says; None if nothing.
        from_merged: Whether the value comes from the record that goes.
        why: One sentence.
    """

    field: str
    value: Any
    other: Any
    from_merged: bool
    why: str


def keep(
    survivor: Values,
    merged: Values,
    names: tuple[str, str],
    chosen: Mapping[str, bool],
    same: Callable[[str, Any, Any], bool] = lambda _field, one, other: one == other,
) -> list[Kept]:
    """Return for each field what is kept: what somebody chose, else what the survivor says, else what is there.

    Args:
        survivor: Values by field.
        merged: Likewise.
        names: What the two are called, the survivor first.
        chosen: Fields for which somebody chose: True for the value of the record that goes.
        same: Whether two values of a field mean the same.

    Examples:
        >>> keep({"name": "Ada", "phone": ""}, {"name": "A. L.", "phone": "1"}, ("Ada", "A. L."), {})[1].why
        'taken from A. L.: Ada had none'
    """
    said = {each for side in (survivor, merged) for each, value in side.items() if value not in (None, "")}
    fields = sorted(said)
    return [_kept(each, survivor.get(each), merged.get(each), names, chosen.get(each), same) for each in fields]


def _kept(
    field: str,
    mine: Any,  # noqa: ANN401  # whatever a field holds
    theirs: Any,  # noqa: ANN401  # whatever a field holds
    names: tuple[str, str],
    chosen: bool | None,
    same: Callable[[str, Any, Any], bool],
) -> Kept:
    survivor, merged = names
    if theirs in (None, ""):
        return Kept(field, mine, None, from_merged=False, why=f"kept: {merged} had none")
    if mine in (None, ""):
        return Kept(field, theirs, None, from_merged=True, why=f"taken from {merged}: {survivor} had none")
    if chosen:
        return Kept(field, theirs, mine, from_merged=True, why=f"taken from {merged}: it was chosen")
    if same(field, mine, theirs):
        return Kept(field, mine, theirs, from_merged=False, why="both say the same")
    if chosen is None:
        return Kept(field, mine, theirs, from_merged=False, why=f"kept from {survivor}, the record that stays")
    return Kept(field, mine, theirs, from_merged=False, why=f"kept from {survivor}: it was chosen")
