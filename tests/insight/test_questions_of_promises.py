"""Every question on promises, offers and neglect on tiny data worked out by hand, the same on DuckDB and PostgreSQL."""

from tests.insight.conftest import DAY, HOUR, NOW, Both, lead, went

# --- clocks ---------------------------------------------------------------------------------------------------------


def clock(key: int, outcome: str = "", **more: object) -> dict[str, object]:
    due = more.get("due_us", 10 * DAY)
    stopped = more.get("stopped_us", due if outcome else None)
    return {
        "clock_id": key,
        "lead_id": key,
        "revision": 1,
        "side": "sales",
        "promise": "first_attempt",
        "clause": "sla.sales[0]",
        "started_us": 9 * DAY,
        "due_us": due,
        "stopped_us": stopped,
        "outcome": outcome,
    } | more


def test_response_times_of_nobody_are_unknown(both: Both) -> None:
    assert both.one("response_times", {}) == {
        "answered": 0,
        "kept": 0,
        "late": 0,
        "missed": 0,
        "overdue": 0,
        "median_us": None,
        "p90_us": None,
    }


def test_response_is_that_of_attempts_that_were_made(both: Both) -> None:
    """A missed or overdue call has no response time; it stands beside the median instead."""
    star = {
        "clocks": [
            clock(1, "kept", response_us=HOUR),
            clock(2, "kept", response_us=2 * HOUR),
            clock(3, "late", response_us=9 * HOUR),
            clock(4, "missed", response_us=99 * HOUR),
            clock(5, "void", response_us=HOUR),
            clock(6),
            clock(7, due_us=NOW + DAY),
            clock(8, "kept", response_us=HOUR, promise="decide"),
        ]
    }
    assert both.one("response_times", star) == {
        "answered": 3,
        "kept": 2,
        "late": 1,
        "missed": 1,
        "overdue": 1,
        "median_us": 2 * HOUR,
        "p90_us": 9 * HOUR,
    }


def test_what_is_due_this_very_moment_is_not_overdue(both: Both) -> None:
    star = {"clocks": [clock(1, due_us=NOW - 1), clock(2, due_us=NOW)]}
    assert both.one("response_times", star, to_us=NOW + 1)["overdue"] == 1


def test_promises_kept_counts_what_fell_due_in_the_period_by_clause(both: Both) -> None:
    star = {
        "clocks": [
            clock(1, "kept"),
            clock(2, "late"),
            clock(3, "missed"),
            clock(4, "void"),
            clock(5),
            clock(6, started_us=NOW - 9 * DAY, due_us=NOW + DAY),
            clock(7, started_us=NOW - 7 * DAY, due_us=NOW + 3 * DAY),
            clock(8, "kept", due_us=NOW + 90 * DAY),
            clock(9, "kept", promise="decide", clause="handoff.decide_within"),
            clock(10, "kept", revision=2),
            clock(11, paused_us=NOW - DAY, due_us=NOW - HOUR),
            clock(12, "late", side="marketing", promise="fill_in", clause="sla.marketing[1]"),
        ]
    }
    assert both.ask("promises_kept", star, to_us=NOW + 4 * DAY) == [
        (1, "marketing", "sla.marketing[1]", "fill_in", 1, 0, 1, 0, 0, 0, 0, 0),
        (1, "sales", "handoff.decide_within", "decide", 1, 1, 0, 0, 0, 0, 0, 0),
        (1, "sales", "sla.sales[0]", "first_attempt", 7, 1, 1, 1, 1, 1, 1, 1),
        (2, "sales", "sla.sales[0]", "first_attempt", 1, 1, 0, 0, 0, 0, 0, 0),
    ]


# --- second lives ---------------------------------------------------------------------------------------------------


def test_second_lives_follow_people_through_all_their_later_cycles(both: Both) -> None:
    """Ann and Bob went back for bad timing, Cem for want of contact data; Ann came back twice, and won."""

    def back(key: int, person: int, cycle: int, reason: str, **more: object) -> dict[str, object]:
        return lead(key, person_id=person, cycle=cycle, stage="recycled", end_reason=reason, ended_us=5 * DAY) | more

    star = {
        "leads": [
            back(1, 1, 1, "not_now"),
            back(2, 1, 2, "no_contact", ended_us=9 * DAY),
            lead(3, person_id=1, cycle=3, stage="customer", end_reason="won", ended_us=20 * DAY),
            back(4, 2, 1, "not_now"),
            lead(5, person_id=2, cycle=2, stage="mql"),
            back(6, 3, 1, "no_contact"),
            lead(7, person_id=4, stage="disqualified", end_reason="not_now", ended_us=5 * DAY),
        ],
        "stage_changes": [*went(3, "lead", "mql", "sal", "customer"), *went(5, "lead", "mql")],
    }
    assert both.ask("second_lives", star) == [("no_contact", 2, 1, 1, 1), ("not_now", 2, 2, 1, 1)]
    assert both.ask("second_lives", star, to_us=9 * DAY) == [("no_contact", 1, 0, 0, 0), ("not_now", 2, 2, 1, 1)]
    fates = {row[0]: row[-1] for row in both.ask("recycled_leads", star)}
    assert fates == {1: "won", 2: "won", 4: "back", 6: "away"}


# --- hand-over ------------------------------------------------------------------------------------------------------


def offer(key: int, status: str, **more: object) -> dict[str, object]:
    return {
        "offer_id": key,
        "lead_id": key,
        "revision": 1,
        "owner_id": 1,
        "status": status,
        "offered_us": 5 * DAY,
        "decided_us": None if status == "open" else 6 * DAY,
        "decided_by": None if status == "open" else 1,
    } | more


DELIVERED = {
    "leads": [lead(key, handed_over_us=None if key == 5 else 5 * DAY) for key in range(1, 8)],
    "stage_changes": [
        *went(1, "lead", "mql", "sal"),
        *went(2, "lead", "sql", "recycled"),  # skipped MQL: passed it
        *went(3, "lead", "mql", "recycled"),
        *went(4, "lead", "mql"),
        *went(5, "lead", "mql"),
        *went(6, "lead", "recycled"),
        *went(7, "lead", "mql", "lead", "mql"),  # back and forth: delivered once
    ],
    "offers": [
        offer(1, "accepted"),
        offer(2, "accepted"),
        offer(3, "rejected", reject_reason="not_now"),
        offer(4, "open"),
        offer(71, "withdrawn", lead_id=7),
        offer(72, "accepted", lead_id=7, decided_us=7 * DAY),
        offer(73, "rejected", lead_id=7, decided_us=8 * DAY, reject_reason="wrong_size"),
    ],
}


def test_marketing_delivered_what_came_to_the_promised_stage(both: Both) -> None:
    assert both.one("marketing_delivered", DELIVERED) == {
        "delivered": 6,
        "accepted": 2,
        "rejected": 2,
        "waiting": 1,
        "held": 1,
        "accepted_share": 0.5,
    }


def test_a_lead_is_delivered_when_it_first_came_that_far(both: Both) -> None:
    assert both.one("marketing_delivered", DELIVERED, from_us=2 * DAY, to_us=2 * DAY + 1)["delivered"] == 6
    assert both.one("marketing_delivered", DELIVERED, from_us=2 * DAY + 1)["delivered"] == 0


def test_nothing_decided_gives_no_share(both: Both) -> None:
    star = {"leads": [lead(1)], "stage_changes": went(1, "lead", "mql"), "offers": [offer(1, "open")]}
    assert both.one("marketing_delivered", star)["accepted_share"] is None
    assert both.one("marketing_delivered", {})["accepted_share"] is None


def test_rejections_of_what_was_delivered_and_of_the_period_by_reason(both: Both) -> None:
    assert both.ask("delivered_rejections", DELIVERED) == [("not_now", 1), ("wrong_size", 1)]
    assert both.ask("rejections_by_reason", DELIVERED, from_us=7 * DAY) == [("wrong_size", 1)]
    assert both.ask("rejections_by_reason", {}) == []


# --- nobody is working ----------------------------------------------------------------------------------------------


def holes(both: Both, **star: list[dict[str, object]]) -> dict[int, tuple[object, ...]]:
    owners = [{"owner_id": 1, "active": True}, {"owner_id": 2, "active": False}]
    return {row[0]: row[3:] for row in both.ask("black_hole", {"owners": owners} | star)}


def handed(key: int, **more: object) -> dict[str, object]:
    return lead(key, handed_over_us=NOW - DAY, owner_id=1) | more


NO_OWNER, INACTIVE, NOT_TRIED, SILENT = (1, 0, 0, 0), (0, 1, 0, 0), (0, 0, 1, 0), (0, 0, 0, 1)


def test_the_black_hole_names_each_lead_that_nobody_is_working(both: Both) -> None:
    found = holes(
        both,
        leads=[
            handed(1),
            handed(2, owner_id=None, queue="field"),
            handed(3, owner_id=2),
            handed(4),
            handed(5, handed_over_us=NOW - 14 * DAY),
            handed(6, owner_id=None, ended_us=NOW),
            lead(7),
            handed(8),
        ],
        clocks=[
            clock(4, started_us=NOW - DAY, due_us=NOW - HOUR),
            clock(8, started_us=NOW - DAY, due_us=NOW - HOUR),
        ],
        attempts=[{"attempt_id": 1, "lead_id": 8, "at_us": NOW - HOUR}],
    )
    assert found == {2: NO_OWNER, 3: INACTIVE, 4: NOT_TRIED, 5: SILENT}


def test_a_lead_is_silent_after_fourteen_days_without_anything_sales_did(both: Both) -> None:
    long_ago, edge, inside = NOW - 30 * DAY, NOW - 14 * DAY, NOW - 14 * DAY + 1
    leads = [handed(key, handed_over_us=long_ago) for key in range(1, 8)]
    found = holes(
        both,
        leads=leads,
        offers=[offer(1, "accepted", offered_us=long_ago, decided_us=inside)],
        attempts=[{"attempt_id": 2, "lead_id": 2, "at_us": inside}, {"attempt_id": 3, "lead_id": 3, "at_us": edge}],
        deals=[
            {"deal_id": 4, "lead_id": 4, "outcome": "open", "opened_us": inside},
            {"deal_id": 5, "lead_id": 5, "outcome": "lost", "opened_us": long_ago, "closed_us": inside},
        ],
        stage_changes=[
            {"change_id": 6, "lead_id": 6, "to_stage": "sql", "at_us": inside, "decided_by": "user"},
            {"change_id": 7, "lead_id": 7, "to_stage": "sal", "at_us": inside, "decided_by": "clock"},
        ],
    )
    assert found == {3: SILENT, 7: SILENT}


def test_a_lead_may_be_dropped_for_several_reasons_and_is_listed_once(both: Both) -> None:
    found = holes(
        both,
        leads=[handed(1, owner_id=2, handed_over_us=NOW - 40 * DAY)],
        clocks=[clock(1, started_us=NOW - 40 * DAY, due_us=NOW - 39 * DAY), clock(2, lead_id=1, due_us=DAY)],
    )
    assert found == {1: (0, 1, 1, 1)}


def test_nobody_is_dropped_where_there_is_nobody(both: Both) -> None:
    assert holes(both) == {}
