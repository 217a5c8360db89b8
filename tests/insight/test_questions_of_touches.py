"""What counts as a touch, and as one touch, on tiny data worked out by hand; the same from DuckDB and PostgreSQL."""

from typing import Any

from tests.insight.conftest import DAY, Both, lead

from accord.insight import query

MINUTE = 60_000_000


def visit(key: int, visitor: int, **more: object) -> dict[str, object]:
    return {"visit_id": key, "visitor_id": visitor, "channel": "Paid Search", "agent": "human", "inbound": True} | more


def told(key: int, person: int | None, event: str, at: int, **more: object) -> dict[str, object]:
    return {"touchpoint_id": key, "person_id": person, "event": event, "at_us": at, "counts": True} | more


def touches(both: Both, **star: list[dict[str, object]]) -> list[dict[str, Any]]:
    columns = query("touches").columns
    found = [dict(zip(columns, row, strict=True)) for row in both.ask("touches", star)]
    return sorted(found, key=lambda row: (row["person_id"], row["at_us"], row["kind"]))


def test_a_visit_is_one_touch_of_whose_browser_it_is(both: Both) -> None:
    """Lesson 10: what was before somebody became known is theirs, first touch included."""
    found = touches(
        both,
        visitors=[{"visitor_id": 1, "person_id": 7}, {"visitor_id": 2, "person_id": None}],
        visits=[
            visit(1, 1, started_us=DAY, source="google", medium="cpc", campaign="spring", content="b", landing="/x"),
            visit(2, 2, started_us=DAY),
            visit(3, 1, started_us=2 * DAY, agent="robot"),
            visit(4, 1, started_us=3 * DAY, agent="scanner"),
            visit(5, 1, started_us=4 * DAY, channel=""),
            visit(6, 1, started_us=5 * DAY, agent="unknown", channel="Email", inbound=False),
        ],
    )
    assert [(row["id"], row["person_id"], row["channel"], row["inbound"]) for row in found] == [
        (1, 7, "Paid Search", 1),
        (6, 7, "Email", 0),
    ]
    assert [found[0][name] for name in ("source", "medium", "campaign", "content", "landing")] == [
        "google", "cpc", "spring", "b", "/x",
    ]  # fmt: skip


def test_what_happens_outside_of_visits_has_a_channel_by_what_it_is_unless_one_is_stated(both: Both) -> None:
    events = {
        "webinar_attended": ("Webinar", 1),
        "email_clicked": ("Email", 0),
        "call_received": ("Call to us", 1),
        "call_answered": ("Call by us", 0),
        "trade_fair_visited": ("Trade fair", None),
        "meeting_held": ("Meeting", 0),
        "form_submitted": ("Direct", 1),
    }
    rows = [told(key, 1, event, key * DAY) for key, event in enumerate(events, 1)]
    rows += [
        told(20, 1, "call_received", 20 * DAY, channel="Paid Search", campaign="spring"),
        told(21, 1, "call_made", 21 * DAY, channel="Flyer"),
    ]
    found = touches(both, touchpoints=rows)
    # Who began it is told by what happened; of a stated channel it is told later, where its usual name is known.
    assert [(row["channel"], row["inbound"]) for row in found] == [
        *events.values(),
        ("Paid Search", None),
        ("Flyer", 0),
    ]
    assert found[-2]["campaign"] == "spring"


def test_a_mail_that_was_sent_or_opened_and_what_a_robot_did_are_no_touches(both: Both) -> None:
    """Lesson 14: scanners open every mail and every link."""
    mails = ("email_sent", "email_opened", "email_bounced", "email_unsubscribed")
    rows = [told(key, 1, event, DAY) for key, event in enumerate(mails, 1)]
    rows += [told(8, 1, "email_clicked", DAY, counts=False), told(9, None, "webinar_attended", DAY)]
    assert touches(both, touchpoints=rows) == []


def test_what_happens_within_half_an_hour_in_the_same_way_is_one_touch(both: Both) -> None:
    rows = [
        told(1, 1, "page_viewed", DAY),
        told(2, 1, "form_submitted", DAY + 30 * MINUTE),
        told(3, 1, "page_viewed", DAY + 60 * MINUTE + 1),
        told(4, 1, "page_viewed", DAY, campaign="other"),
        told(5, 2, "page_viewed", DAY + MINUTE),
    ]
    assert sorted(row["id"] for row in touches(both, touchpoints=rows)) == [1, 3, 4, 5]


def test_a_call_that_was_logged_by_hand_counts_once_with_the_one_that_the_telephone_system_tells(both: Both) -> None:
    """Lesson 29: manually logged calls are touches; of whoever made them."""
    tried = {"lead_id": 1, "user_id": 5, "channel": "call"}
    found = touches(
        both,
        leads=[lead(1, person_id=3)],
        attempts=[
            {"attempt_id": 1, "at_us": DAY, "outcome": "reached"} | tried,
            {"attempt_id": 2, "at_us": 2 * DAY, "outcome": "voicemail"} | tried,
            {"attempt_id": 3, "at_us": 3 * DAY, "outcome": "no_answer"} | tried,
            {"attempt_id": 4, "at_us": 4 * DAY, "outcome": "sent", **tried, "channel": "mail"},
        ],
        touchpoints=[told(1, 3, "call_made", DAY)],
    )
    assert [(row["kind"], row["id"], row["person_id"], row["channel"], row["user_id"]) for row in found] == [
        ("attempt", 1, 3, "Call by us", 5),
        ("attempt", 2, 3, "Call by us", 5),
        ("attempt", 4, 3, "Mail by us", 5),
    ]


def test_a_call_that_the_telephone_system_tells_first_is_of_whoever_logged_it(both: Both) -> None:
    """Whether it or the log comes first; of one that was begun anew, too, and not of a call that is another touch."""
    log = {"lead_id": 1, "channel": "call", "outcome": "reached"}
    found = touches(
        both,
        leads=[lead(1, person_id=3), lead(2, person_id=4)],
        touchpoints=[
            told(1, 3, "call_made", DAY),
            told(2, 3, "call_made", DAY + MINUTE),
            told(3, 3, "call_made", 2 * DAY + MINUTE),
            told(4, 3, "call_made", 3 * DAY),
            told(5, 3, "call_made", 4 * DAY),
        ],
        attempts=[
            {"attempt_id": 1, "at_us": DAY + 30 * MINUTE, "user_id": 5} | log,
            {"attempt_id": 2, "at_us": DAY + 30 * MINUTE, "user_id": 4} | log | {"lead_id": 2},
            {"attempt_id": 3, "at_us": 2 * DAY, "user_id": 6} | log,
            {"attempt_id": 4, "at_us": 3 * DAY + 31 * MINUTE, "user_id": 7} | log,
            {"attempt_id": 5, "at_us": 4 * DAY + 2 * MINUTE, "user_id": 9} | log,
            {"attempt_id": 6, "at_us": 4 * DAY + 3 * MINUTE, "user_id": 8} | log,
        ],
    )
    assert [(row["person_id"], row["kind"], row["id"], row["user_id"]) for row in found] == [
        (3, "touchpoint", 1, 5),
        (3, "attempt", 3, 6),
        (3, "touchpoint", 4, None),
        (3, "attempt", 4, 7),
        (3, "touchpoint", 5, 8),
        (4, "attempt", 2, 4),
    ]


def test_a_stated_source_is_a_touch_where_nothing_else_tells_how_somebody_came(both: Both) -> None:
    found = touches(
        both,
        leads=[
            lead(1, person_id=1, source="trade fair", first_contact_us=DAY),
            lead(2, person_id=2, source="trade fair", first_contact_us=DAY),
            lead(3, person_id=3, source="", first_contact_us=DAY),
            lead(4, person_id=1, source="referral", first_contact_us=9 * DAY, cycle=2),
            lead(5, person_id=5, source="web", first_contact_us=DAY),
        ],
        touchpoints=[told(1, 1, "email_sent", 2 * DAY, channel="Email")],
        visitors=[{"visitor_id": 1, "person_id": 2}, {"visitor_id": 2, "person_id": 5}],
        visits=[visit(1, 1, started_us=DAY - 1), visit(2, 2, started_us=DAY, channel="Direct")],
    )
    assert sorted((row["person_id"], row["kind"], row["channel"]) for row in found) == [
        (1, "lead", "trade fair"),
        (2, "visit", "Paid Search"),
        (5, "lead", "web"),
        (5, "visit", "Direct"),
    ]


def test_a_won_deal_is_a_conversion_of_its_person_and_company(both: Both) -> None:
    columns = query("conversions").columns
    star = {
        "leads": [lead(1, person_id=4, opened_us=DAY), lead(2, person_id=5)],
        "people": [{"person_id": 4, "company_id": 8}, {"person_id": 5}],
        "deals": [
            {"deal_id": 1, "lead_id": 1, "outcome": "won", "amount_cents": 990, "currency": "EUR", "opened_us": 2 * DAY,
             "closed_us": 3 * DAY},
            {"deal_id": 2, "lead_id": 1, "outcome": "lost", "closed_us": 3 * DAY},
            {"deal_id": 3, "lead_id": 2, "outcome": "won", "closed_us": 3 * DAY},
            {"deal_id": 4, "lead_id": 2, "outcome": "open"},
            {"deal_id": 5, "lead_id": 1, "outcome": "won", "opened_us": DAY, "closed_us": 2 * DAY, "company_id": 7},
        ],
    }  # fmt: skip
    found = sorted(both.ask("conversions", star))
    assert [dict(zip(columns, row, strict=True)) for row in found] == [
        {"deal_id": 1, "lead_id": 1, "person_id": 4, "company_id": 8, "at_us": 3 * DAY, "lead_us": DAY,
         "opportunity_us": 2 * DAY, "amount_cents": 990, "margin_cents": None, "currency": "EUR"},
        {"deal_id": 3, "lead_id": 2, "person_id": 5, "company_id": None, "at_us": 3 * DAY, "lead_us": 0,
         "opportunity_us": 0, "amount_cents": None, "margin_cents": None, "currency": ""},
        {"deal_id": 5, "lead_id": 1, "person_id": 4, "company_id": 7, "at_us": 2 * DAY, "lead_us": DAY,
         "opportunity_us": DAY, "amount_cents": None, "margin_cents": None, "currency": ""},
    ]  # fmt: skip
    # 7 is where the person worked when that deal was won, and works no more.
    assert both.ask("moved_contacts", star, scope="company") == [(7, 4, 2 * DAY)]
    assert both.ask("moved_contacts", star, scope="contact") == []
