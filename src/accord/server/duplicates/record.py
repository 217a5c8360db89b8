"""What a merge changes, row by row and column by column, and the way back.

Rows are read and written as JSON by PostgreSQL itself, whose types survive it. A record holds:

- ``row``: the row that is gone;
- ``changed``: of rows that stayed, the columns that are different, before and after;
- ``moved``: which rows were made to point elsewhere, by model and column;
- ``held``: rows that would have stood twice, and are kept for the way back;
- ``made``: rows that the merge added;
- ``pointed``: proposals that it made of those about the one that is gone.

What was changed again since is left alone on the way back, and said.
"""

import json
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from django.apps import apps
from django.db import IntegrityError, connection, models, transaction

Row = dict[str, Any]
Model = type[models.Model]


def label(model: Model) -> str:
    """Return the name of a model as a record has it."""
    return model._meta.label_lower


def model_of(name: str) -> Model:
    """Return the model of a name."""
    return apps.get_model(name)


def _quoted(name: str) -> str:
    return connection.ops.quote_name(name)


def _table(model: Model) -> str:
    return _quoted(model._meta.db_table)


def rows_of(model: Model, keys: Iterable[int]) -> dict[int, Row]:
    """Return rows by their ids, column by column."""
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT t.id, to_jsonb(t)::text FROM {_table(model)} AS t WHERE t.id = ANY(%s) ORDER BY t.id",  # noqa: S608  # names from the models, quoted
            [list(keys)],
        )
        return {key: json.loads(text) for key, text in cursor.fetchall()}


def insert(model: Model, row: Row) -> None:
    """Store a row again as it was."""
    columns = ", ".join(map(_quoted, row))
    with connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO {_table(model)} ({columns}) "  # noqa: S608  # names from the models, quoted
            f"SELECT {columns} FROM jsonb_populate_record(NULL::{_table(model)}, %s::jsonb)",
            [json.dumps(row)],
        )


def update(model: Model, key: int, values: Row) -> None:
    """Set columns of a row."""
    if not values:
        return
    sets = ", ".join(f"{_quoted(column)} = said.{_quoted(column)}" for column in values)
    with connection.cursor() as cursor:
        cursor.execute(
            f"UPDATE {_table(model)} AS t SET {sets} "  # noqa: S608  # names from the models, quoted
            f"FROM jsonb_populate_record(NULL::{_table(model)}, %s::jsonb) AS said WHERE t.id = %s",
            [json.dumps(values), key],
        )


def delete(model: Model, keys: Iterable[int]) -> None:
    """Delete rows alone: the database refuses it if anything still points to them."""
    with connection.cursor() as cursor:
        cursor.execute(f"DELETE FROM {_table(model)} WHERE id = ANY(%s)", [list(keys)])  # noqa: S608  # names from the models, quoted


def repoint(model: Model, column: str, to: int, *, since: int, keys: Sequence[int] | None = None) -> list[int]:
    """Let rows that point to ``since`` point to ``to``; return their ids.

    Args:
        model: Whose rows.
        column: The foreign key.
        to: Where they point from then on.
        since: Where they pointed; others are left alone.
        keys: Only these rows; None: all.
    """
    these = "" if keys is None else " AND id = ANY(%s)"
    with connection.cursor() as cursor:
        cursor.execute(
            f"UPDATE {_table(model)} SET {_quoted(column)} = %s WHERE {_quoted(column)} = %s{these} RETURNING id",  # noqa: S608  # names from the models, quoted
            [to, since, *([] if keys is None else [list(keys)])],
        )
        return sorted(key for (key,) in cursor.fetchall())


class Recorder:
    """Writes down what a merge does while it is done."""

    def __init__(self) -> None:
        self._before: dict[Model, dict[int, Row]] = {}
        self._row: Row = {}
        self._moved: list[Row] = []
        self._held: list[Row] = []
        self._made: list[Row] = []

    def watch(self, model: Model, keys: Iterable[int]) -> None:
        """Look at rows before they change."""
        self._before.setdefault(model, {}).update(rows_of(model, keys))

    def take_away(self, model: Model, key: int) -> Row:
        """Delete the row that is merged, and return it."""
        self._row = rows_of(model, [key])[key]
        delete(model, [key])
        return self._row

    def move(self, model: Model, column: str, *, since: int, to: int, keys: Sequence[int] | None = None) -> None:
        """Let rows point elsewhere."""
        moved = repoint(model, column, to, since=since, keys=keys)
        if moved:
            self._moved.append({"model": label(model), "column": column, "since": since, "to": to, "keys": moved})

    def hold(self, model: Model, keys: Iterable[int]) -> None:
        """Take rows away that would stand twice."""
        rows = rows_of(model, keys)
        self._held += [{"model": label(model), "row": row} for row in rows.values()]
        delete(model, rows)

    def made(self, model: Model, keys: Iterable[int]) -> None:
        """Say which rows the merge added."""
        if found := sorted(keys):
            self._made.append({"model": label(model), "keys": found})

    def written(self, without: Mapping[Model, frozenset[str]]) -> Row:
        """Return the whole record, at the end.

        Args:
            without: Columns whose changes are not to be taken back.
        """
        changed = []
        for model, before in self._before.items():
            ignored = without.get(model, frozenset())
            for key, after in rows_of(model, before).items():
                was = before[key]
                columns = [name for name in was if was[name] != after[name] and name not in ignored]
                if columns:
                    changed.append(
                        {
                            "model": label(model),
                            "key": key,
                            "before": {name: was[name] for name in columns},
                            "after": {name: after[name] for name in columns},
                        }
                    )
        return {
            "row": self._row,
            "changed": changed,
            "moved": self._moved,
            "held": self._held,
            "made": self._made,
        }


def insert_if_free(model: Model, row: Row) -> bool:
    """Store a row again; return False, and store nothing, if another took its place since."""
    try:
        with transaction.atomic():
            insert(model, row)
    except IntegrityError:
        return False
    return True


def taken_back(before: Row, after: Row, now: Row, together: Iterable[frozenset[str]] = ()) -> Row:
    """Return which columns of a row are to be set back, and to what: those that are still as the merge left them.

    Of a column of JSON that has changed since, each key is looked at by itself.

    Args:
        before: The columns that the merge changed, as they were.
        after: As it left them.
        now: As they are.
        together: Columns that are set back together or not at all.

    Examples:
        >>> taken_back({"name": "A", "phone": "1"}, {"name": "B", "phone": "2"}, {"name": "B", "phone": "3"})
        {'name': 'A'}
        >>> taken_back({"fields": {"a": 1}}, {"fields": {"a": 1, "b": 2}}, {"fields": {"a": 9, "b": 2}})
        {'fields': {'a': 9}}
    """
    back = {name: value for name, value in before.items() if now[name] == after[name]}
    for name in before.keys() - back.keys():
        if isinstance(before[name], dict) and isinstance(now[name], dict):
            back[name] = _keys_taken_back(before[name], after[name], now[name])
    for group in together:
        if not group & before.keys() <= back.keys():
            back = {name: value for name, value in back.items() if name not in group}
    return back


def _keys_taken_back(before: Row, after: Row, now: Row) -> Row:
    back = dict(now)
    for key in before.keys() | after.keys():
        if before.get(key) == after.get(key) or now.get(key) != after.get(key):
            continue
        if key in before:
            back[key] = before[key]
        else:
            back.pop(key, None)
    return back
