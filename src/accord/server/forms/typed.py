"""What somebody types in the editor: rows of fields and boxes, and the buttons that add, move and remove one."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import TypeVar

from django.http import QueryDict

from accord.server.forms.editing import Draft
from accord.server.forms.fields import (
    LONGEST_LABEL,
    MOST_FIELDS,
    Asked,
    ConsentBox,
    FormField,
    Kind,
    options_from,
    word,
)

LONGEST_TEXT = 4000
Row = TypeVar("Row", FormField, ConsentBox)


def draft_from(sent: QueryDict) -> Draft:
    """Return what was typed; nothing is checked yet, and no more rows are read than a form may have."""
    window = _one(sent, "window", 8)
    return Draft(
        name=_one(sent, "name", 100),
        event=_one(sent, "event", 60),
        intro=_one(sent, "intro", LONGEST_TEXT),
        fields=[
            _field(row)
            for row in _rows(sent, "field", ("id", "label", "kind", "fills", "asked", "options", "required"))
        ],
        boxes=[
            ConsentBox(word(row["purpose"]), row["text"], row["required"] == "yes")
            for row in _rows(sent, "box", ("purpose", "text", "required"))
        ],
        button=_one(sent, "button", 60),
        thanks=_one(sent, "thanks", LONGEST_TEXT),
        thanks_url=_one(sent, "thanks_url", 1000),
        origins=_one(sent, "origins", 5000).split(),
        window_minutes=int(window) if window.isascii() and window.isdigit() else -1,
    )


def _one(sent: QueryDict, name: str, longest: int) -> str:
    return sent.get(name, "").replace("\x00", "").replace("\r\n", "\n").strip()[:longest]


def _rows(sent: QueryDict, kind: str, names: tuple[str, ...]) -> list[Mapping[str, str]]:
    """Return the rows of a table, each of whose inputs is there once in every row."""
    columns = {name: sent.getlist(f"{kind}-{name}") for name in names}
    count = min(MOST_FIELDS + 1, max(map(len, columns.values())))
    return [
        {
            name: (values[place] if place < len(values) else "")
            .replace("\x00", "")
            .replace("\r\n", "\n")
            .strip()[:LONGEST_TEXT]
            for name, values in columns.items()
        }
        for place in range(count)
    ]


def _field(row: Mapping[str, str]) -> FormField:
    kind = Kind(row["kind"]) if row["kind"] in list(Kind) else Kind.TEXT
    return FormField(
        name=word(row["id"]),
        label=row["label"][:LONGEST_LABEL],
        kind=kind,
        required=row["required"] == "yes" and kind is not Kind.HIDDEN,
        fills=row["fills"][:200],
        options=options_from(row["options"]) if kind in {Kind.SELECT, Kind.HIDDEN} else (),
        asked=Asked(row["asked"]) if row["asked"] in list(Asked) else Asked.ALWAYS,
    )


def pressed(draft: Draft, button: str) -> Draft:
    """Return a draft after a button such as ``field:up:2`` or ``box:add``; as it was after any that there is not."""
    table, _, what = button.partition(":")
    verb, _, place = what.partition(":")
    at = int(place) if place.isascii() and place.isdigit() and len(place) < 4 else -1
    if table == "field":
        return replace(draft, fields=_changed(list(draft.fields), verb, at, lambda: FormField("", "")))
    if table == "box":
        return replace(draft, boxes=_changed(list(draft.boxes), verb, at, lambda: ConsentBox("", "")))
    return draft


def _changed(rows: list[Row], verb: str, at: int, new: Callable[[], Row]) -> list[Row]:
    if verb == "add":
        rows.append(new())
    if verb == "add" or not 0 <= at < len(rows):
        return rows
    match verb:
        case "remove":
            del rows[at]
        case "up" if at > 0:
            rows[at - 1], rows[at] = rows[at], rows[at - 1]
        case "down" if at + 1 < len(rows):
            rows[at], rows[at + 1] = rows[at + 1], rows[at]
    return rows
