"""Which rows of the star change when rows of the operational tables do, and the triggers that note it.

A statement that changes rows writes one row for them, or one for every 65,536 ids, however many there are. What a star
row takes from *another* row is not looked up by the trigger: a transaction that is still under way may be about to add
such rows, which it cannot see. It notes the other row, and the sync finds what hangs on it.

The list below is the only one. After a change of it, a migration exchanges the triggers for what ``install`` now gives;
a test holds the list to the queries of the star, and the last migration to the list.
"""

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Captured:
    """A table of the star whose rows are those of an operational table, by the same ids.

    Attributes:
        kind: The table of the star.
        table: The operational table.
        columns: What the star takes from it besides its id; a change of anything else is none.
        only: The column that is empty in those rows that the star has; "" if it has all.
    """

    kind: str
    table: str
    columns: tuple[str, ...]
    only: str = ""


@dataclass(frozen=True, slots=True)
class Followed:
    """An operational table on whose columns rows of the star hang that have other ids.

    Attributes:
        kind: What this is called among the changes.
        table: The operational table.
        columns: What these rows take from it.
        by: Which rows: tables of the star, each with the column by which it refers to this one.
    """

    kind: str
    table: str
    columns: tuple[str, ...]
    by: tuple[tuple[str, str], ...]


CAPTURED = (
    Captured(
        "leads",
        "pipeline_lead",
        (
            "person_id",
            "cycle",
            "source",
            "first_contact_at",
            "opened_at",
            "stage",
            "handed_over_at",
            "owner_id",
            "queue",
            "ended_at",
            "end_reason",
            "merged_into_id",
        ),
    ),
    Captured("owners", "accounts_user", ("is_active", "role")),
    Captured("stage_changes", "pipeline_stagechange", ("lead_id", "from_stage", "to_stage", "at", "decided_by")),
    Captured(
        "offers",
        "handoffs_offer",
        (
            "lead_id",
            "revision_id",
            "owner_id",
            "queue",
            "via",
            "grade",
            "status",
            "offered_at",
            "decided_at",
            "decided_by_id",
            "reject_reason",
        ),
    ),
    Captured(
        "clocks",
        "handoffs_clock",
        (
            "offer_id",
            "lead_id",
            "revision_id",
            "promise",
            "clause",
            "started_at",
            "due_at",
            "stopped_at",
            "outcome",
            "response",
            "on_hold",
            "paused_at",
        ),
    ),
    Captured("attempts", "handoffs_attempt", ("lead_id", "by_id", "at", "channel", "outcome")),
    Captured(
        "deals",
        "pipeline_deal",
        ("lead_id", "company_id", "outcome", "amount", "list_amount", "margin", "currency", "opened_at", "closed_at"),
    ),
    Captured("people", "people_person", ("company_id",)),
    Captured("companies", "people_company", ("fields",)),
    Captured("visitors", "people_visitor", ("person_id",)),
    Captured(
        "visits",
        "people_visit",
        (
            "visitor_id",
            "started_at",
            "channel",
            "source",
            "medium",
            "campaign",
            "content",
            "landing",
            "inbound",
            "agent",
        ),
    ),
    Captured(
        "touchpoints",
        "people_touchpoint",
        ("person_id", "visit_id", "at", "event", "properties", "counts"),
        only="visit_id",
    ),
    Captured(
        "costs",
        "channels_cost",
        ("day", "source", "medium", "campaign", "currency", "amount", "clicks", "impressions"),
    ),
)
FOLLOWED = (
    # A lead that is merged into another hides its history, offers and clocks.
    Followed(
        "merged_leads",
        "pipeline_lead",
        ("merged_into_id",),
        (("stage_changes", "lead_id"), ("offers", "lead_id"), ("clocks", "lead_id")),
    ),
    Followed("revisions", "agreements_revision", ("number",), (("offers", "revision_id"), ("clocks", "revision_id"))),
)
TABLE_OF = {captured.kind: captured.table for captured in CAPTURED}


def install() -> str:
    """Return the SQL that makes every trigger."""
    return "\n".join(_triggers(table) for table in _tables())


def remove() -> str:
    """Return the SQL that takes every trigger away, with its function."""
    return "\n".join(f"DROP FUNCTION {_function(table)}() CASCADE;" for table in _tables())


def _tables() -> Iterable[str]:
    return dict.fromkeys(each.table for each in (*CAPTURED, *FOLLOWED))


def _function(table: str) -> str:
    return f"accord_warehouse_{table}"


def _triggers(table: str) -> str:
    captured = [each for each in CAPTURED if each.table == table]
    followed = [each for each in FOLLOWED if each.table == table]
    changed: list[Captured | Followed] = [*captured, *followed]
    parts = [("UPDATE", "OLD TABLE AS before NEW TABLE AS after", "".join(map(_changed, changed)))]
    if captured:
        parts += [
            ("INSERT", "NEW TABLE AS after", "".join(_noted(each, "after") for each in captured)),
            ("DELETE", "OLD TABLE AS before", "".join(_noted(each, "before") for each in captured)),
            ("TRUNCATE", "", "".join(map(_emptied, captured))),
        ]
    branches = "".join(f"    IF TG_OP = '{event}' THEN\n{body}    END IF;\n" for event, _, body in parts)
    function = (
        f"CREATE FUNCTION {_function(table)}() RETURNS trigger LANGUAGE plpgsql AS $$\n"
        f"BEGIN\n{branches}    RETURN NULL;\nEND $$;\n"
    )
    return function + "".join(_trigger(table, event, rows) for event, rows, _ in parts)


def _trigger(table: str, event: str, rows: str) -> str:
    referencing = f" REFERENCING {rows}" if rows else ""
    return (
        f"CREATE TRIGGER warehouse_{event.lower()} AFTER {event} ON {table}{referencing}\n"
        f"    FOR EACH STATEMENT EXECUTE FUNCTION {_function(table)}();\n"
    )


_NOTE = "        INSERT INTO warehouse_change (xid, kind, ids)\n"


def _noted(each: Captured, rows: str) -> str:
    only = f" WHERE {each.only} IS NULL" if each.only else ""
    noted = f"SELECT pg_current_xact_id(), '{each.kind}', array_agg(id) FROM {rows}{only} GROUP BY id >> 16"  # noqa: S608  # ours
    return f"{_NOTE}        {noted};\n"


def _emptied(each: Captured) -> str:
    return f"{_NOTE}        VALUES (pg_current_xact_id(), '{each.kind}', NULL);\n"


def _changed(each: Captured | Followed) -> str:
    """Return what notes rows of which something matters has changed.

    A full join, since its plan is kept: one made for a single row would go through all rows for each row of many.
    """
    before, after = (", ".join(f"{side}.{name}" for name in ("id", *each.columns)) for side in ("before", "after"))
    only = each.only if isinstance(each, Captured) else ""
    held = f"\n            AND (before.{only} IS NULL OR after.{only} IS NULL)" if only else ""
    noted = (
        f"SELECT pg_current_xact_id(), '{each.kind}', array_agg(id)\n"  # noqa: S608  # names of ours
        f"        FROM before FULL JOIN after USING (id)\n"
        f"        WHERE ({before})\n            IS DISTINCT FROM ({after}){held}\n"
        f"        GROUP BY id >> 16"
    )
    return f"{_NOTE}        {noted};\n"
