"""Credit given on a star, on journeys worked out by hand."""

import hashlib
import json
from datetime import date, timedelta
from decimal import Decimal
from itertools import groupby

from hypothesis import given, settings
from hypothesis import strategies as st
from tests.insight.conftest import DAY
from tests.insight.credit.conftest import Credit, Held, company, ground, visit, won

from accord.agreement import CreditTerms, CreditWeights
from accord.agreement.exchange import StatedRate
from accord.insight.credit import MODEL_LABELS, Dimension, column_of, models_of
from accord.insight.credit.crediting import credit
from accord.insight.credit.tables import A_DEAL, COLUMNS, COUNTING, STEP, TOLD_BY, new

SEARCH, MAIL, DIRECT = "Paid Search", "Email", "Direct"


def of(rows: list[dict[str, object]], **wanted: object) -> list[dict[str, object]]:
    return [row for row in rows if all(row[name] == value for name, value in wanted.items())]


def cents(made: dict[str, list[dict[str, object]]], model: str, **wanted: object) -> list[object]:
    rows = of(made["credited"], **{"scope": "company", "measure": "revenue", **wanted})
    return [row[column_of(model, Dimension.CHANNEL)] for row in rows]


def test_a_journey_worked_out_by_hand_under_every_model(credited: Credit) -> None:
    """Search on day 90, which made the lead of day 100; mail on day 103; direct on day 110, which opened the deal."""
    star = company(
        visits=[visit(1, 90 * DAY, SEARCH), visit(2, 103 * DAY, MAIL), visit(3, 110 * DAY, DIRECT)],
        deals=[won(1, 120 * DAY, 10_000)],
    )
    made = credited(star)
    assert [row["channel"] for row in of(made["credited"], scope="company", measure="revenue")] == [
        SEARCH,
        MAIL,
        DIRECT,
    ]
    assert cents(made, "first") == [10_000, 0, 0]
    assert cents(made, "last") == [0, 0, 10_000]
    assert cents(made, "last_non_direct") == [0, 10_000, 0]
    assert cents(made, "linear") == [3_334, 3_333, 3_333]
    assert cents(made, "u_shaped") == [4_000, 2_000, 4_000]
    assert cents(made, "u_shaped_50_50") == [5_000, 0, 5_000]
    assert cents(made, "w_shaped") == [6_000, 1_000, 3_000]  # search is the first touch and made the lead
    assert cents(made, "full_path") == [4_500, 1_000, 4_500]  # direct made the deal and is the last touch
    # half as much for each week: 2^(-30/7), 2^(-17/7) and 2^(-10/7) in proportion: 842.55, 3052.48, 6104.96
    assert cents(made, "time_decay") == [843, 3_052, 6_105]
    assert cents(made, "shapley") == [3_334, 3_333, 3_333]
    assert cents(made, "markov") == [3_334, 3_333, 3_333]  # the only journey: without any of them nothing converts
    assert {(row["label"], row["millionths"]) for row in of(made["effects"], scope="company", labels="channel")} == {
        (SEARCH, 1_000_000),
        (MAIL, 1_000_000),
        (DIRECT, 1_000_000),
    }


def test_by_weights_of_its_own_each_place_gets_what_the_agreement_states(credited: Credit) -> None:
    """The journey above: search stands first and made the lead, direct made the deal and stands last."""
    star = company(
        visits=[visit(1, 90 * DAY, SEARCH), visit(2, 103 * DAY, MAIL), visit(3, 110 * DAY, DIRECT)],
        deals=[won(1, 120 * DAY, 10_000)],
    )
    weights = CreditWeights(first=5, lead=15, opportunity=20, last=25, between=35)
    made = credited(star, ground(CreditTerms(weights=weights)))
    assert cents(made, "custom") == [2_000, 3_500, 4_500]
    assert cents(made, "custom", measure="deals") == [200_000, 350_000, 450_000]
    assert cents(credited(star), "custom") == [None, None, None]
    assert models_of(CreditTerms(weights=weights)) == tuple(MODEL_LABELS)
    assert "custom" not in models_of(CreditTerms())


def test_what_a_colleague_did_counts_for_the_company_and_not_for_the_contact(credited: Credit) -> None:
    star = company(
        visits=[visit(1, 90 * DAY, SEARCH), visit(2, 95 * DAY, MAIL, person=2), visit(3, 96 * DAY, DIRECT, person=3)],
        deals=[won(1, 120 * DAY, 10_000)],
    )
    made = credited(star)
    assert cents(made, "linear") == [5_000, 5_000]
    assert cents(made, "linear", scope="contact") == [10_000]
    assert [(row["company_touches"], row["contact_touches"]) for row in made["won"]] == [(2, 1)]


def test_whoever_moves_on_leaves_the_deal_and_its_credit_where_they_were(credited: Credit) -> None:
    """Person 1 bought for company 8 and works at 9 now: 8's other people and what they did there count, 9's do not."""
    star = company(
        visits=[
            visit(1, 90 * DAY, SEARCH),
            visit(2, 91 * DAY, MAIL, person=2),
            visit(3, 92 * DAY, DIRECT, person=3),
            visit(4, 125 * DAY, "Referral"),
        ],
        deals=[won(1, 120 * DAY, 10_000, company_id=8), won(2, 130 * DAY, 900, lead=2)],
    )
    star["people"] = [{"person_id": key, "company_id": at} for key, at in ((1, 9), (2, 9), (3, 8))]
    made = credited(star)
    assert [row["company_id"] for row in made["won"]] == [8, 9]
    assert cents(made, "linear", deal_id=1) == [5_000, 5_000]
    assert [row["touch_id"] for row in of(made["credited"], scope="company", measure="deals", deal_id=1)] == [1, 3]
    assert cents(made, "linear", deal_id=1, scope="contact") == [10_000]
    assert len(cents(made, "linear", deal_id=2)) == 3  # what person 1 did before is known at 9 now, and what after


def test_a_touch_that_is_too_old_or_came_after_the_win_does_not_count(credited: Credit) -> None:
    """Where none is left, the deal is unattributable, and nobody gets anything."""
    visits = [visit(1, 20 * DAY - 1, SEARCH), visit(2, 201 * DAY, MAIL)]
    made = credited(company(visits=visits, deals=[won(1, 200 * DAY, 10_000)]))
    assert made["credited"] == []
    assert [(row["revenue"], row["company_touches"]) for row in made["won"]] == [(10_000, 0)]
    on_time = credited(company(visits=[visit(1, 20 * DAY, SEARCH)], deals=[won(1, 200 * DAY, 10_000)]))
    assert cents(on_time, "first") == [10_000]
    ever = credited(company(visits=visits, deals=[won(1, 200 * DAY, 10_000)]), ground(CreditTerms(lookback=None)))
    assert cents(ever, "first") == [10_000]


def test_amounts_are_converted_by_the_rate_of_the_day_on_which_the_deal_was_won(credited: Credit) -> None:
    on = ground(CreditTerms(), StatedRate(date(1970, 5, 1), "EUR", "USD", Decimal("1.25")))
    star = company(
        visits=[visit(1, 100 * DAY, SEARCH)],
        deals=[
            won(1, 121 * DAY, 10_000, currency="USD", margin_cents=2_500),
            won(2, 122 * DAY, 10_000, currency="CHF"),
            won(3, 123 * DAY, None),
        ],
    )
    made = credited(star, on)
    assert [(row["deal_id"], row["revenue"], row["margin"]) for row in made["won"]] == [
        (1, 8_000, 2_000),
        (2, None, None),
        (3, None, None),
    ]
    assert cents(made, "last") == [8_000, 0, 0]
    assert cents(made, "last", measure="margin") == [2_000, 0, 0]
    assert cents(made, "last", measure="deals") == [A_DEAL] * 3


def test_months_begin_in_the_agreements_zone(credited: Credit) -> None:
    """The last hour of April in London is May in Berlin."""
    last_of_april = 119 * DAY + 23 * DAY // 24
    made = credited(company(visits=[visit(1, 110 * DAY, SEARCH)], deals=[won(1, last_of_april, 100)]))
    assert [row["won_month"] for row in made["won"]] == [1970 * 12 + 4]


def test_a_lead_bears_the_earliest_touch_of_its_person_and_costs_the_channel_by_which_leads_came(
    credited: Credit,
) -> None:
    way = {"source": "google", "medium": "cpc", "campaign": "spring"}
    star = company(
        visits=[visit(2, 50 * DAY, "Cross-network", **way), visit(1, 60 * DAY, MAIL)],
        costs=[
            {"cost_id": 1, "day": 120, "currency": "EUR", "amount_cents": 500, **way},
            {"cost_id": 2, "day": 31, "currency": "EUR", "amount_cents": 70, "source": "bing", "medium": "cpc"},
            {"cost_id": 3, "day": 31, "currency": "USD", "amount_cents": 70, "source": "x"},
        ],
        stage_changes=[
            {"change_id": 1, "lead_id": 1, "to_stage": "sal", "at_us": 105 * DAY},
            {"change_id": 2, "lead_id": 1, "to_stage": "mql", "at_us": 107 * DAY},
        ],
    )
    made = credited(star)
    (first,) = of(made["entries"], lead_id=1)
    assert (first["channel"], first["campaign"], first["mql_us"], first["sal_us"], first["customer_us"]) == (
        "Cross-network", "spring", 105 * DAY, 105 * DAY, None,
    )  # fmt: skip
    assert [(row["source"], row["channel"], row["cents"], row["month"]) for row in made["spent"]] == [
        ("bing", "Paid Search", 70, 1970 * 12 + 1),
        ("x", "Unassigned", None, 1970 * 12 + 1),
        ("google", "Cross-network", 500, 1970 * 12 + 4),
    ]
    assert [row["inbound"] for row in made["spent"]] == [1, None, 1]


def test_who_began_it_is_told_by_the_channel_in_whatever_letters_it_is_stated(credited: Credit) -> None:
    stated = {"person_id": 1, "event": "form_submitted", "counts": True}
    rows = [
        {"touchpoint_id": at, "at_us": (100 + at) * DAY, "channel": name, **stated}
        for at, name in enumerate(("paid search", "EMAIL", "Leaflet"))
    ]
    made = credited(company(touchpoints=rows, deals=[won(1, 120 * DAY, 900)]))
    found = [(row["channel"], row["inbound"]) for row in of(made["credited"], scope="company", measure="revenue")]
    assert found == [("Paid Search", 1), ("Email", 0), ("Leaflet", None)]


def test_the_agreed_markov_chain_is_the_one_that_is_counted(credited: Credit) -> None:
    """Of order 1, search is as good wherever it stands; of order 2 it matters what came before."""
    visits = [
        visit(1, 1 * DAY, SEARCH), visit(2, 2 * DAY, MAIL),
        visit(3, 1 * DAY, MAIL, person=3), visit(4, 2 * DAY, SEARCH, person=3),
        visit(5, 3 * DAY, DIRECT), visit(6, 1 * DAY, DIRECT, person=3),
    ]  # fmt: skip
    star = company(visits=visits, deals=[won(1, 9 * DAY, 900)])
    one = credited(star, ground(CreditTerms(model="markov_1")))
    two = credited(star, ground(CreditTerms(model="markov_2")))
    assert one["effects"] != two["effects"]


EXAMPLE = {1: "15eab0ee44ac1762"}
"""By ``COUNTING``, what the example comes to."""


def test_whoever_counts_otherwise_says_so(credited: Credit) -> None:
    """Raise ``COUNTING``, and write beside it what the example comes to; if a question alone has changed, only that."""
    way = {"source": "google", "medium": "cpc", "campaign": "spring"}
    stated = {"person_id": 1, "event": "form_submitted", "counts": True}
    star = company(
        visits=[
            visit(1, 10 * DAY, SEARCH, **way),
            visit(2, 12 * DAY, MAIL, person=2, inbound=None),
            visit(3, 13 * DAY, DIRECT, person=3),
            visit(4, 14 * DAY, DIRECT),
        ],
        touchpoints=[
            {"touchpoint_id": 1, "at_us": 11 * DAY, "channel": "paid search", **stated},
            {"touchpoint_id": 2, "at_us": 15 * DAY, "channel": "EMAIL", **stated},
            {"touchpoint_id": 3, "at_us": 16 * DAY, "channel": "Leaflet", **stated},
        ],
        attempts=[
            {"attempt_id": 1, "lead_id": 1, "user_id": 5, "at_us": 17 * DAY, "channel": "call", "outcome": "sent"}
        ],
        deals=[won(1, 31 * DAY, 10_000, margin_cents=400), won(2, 40 * DAY, 7_000, lead=3)],
        costs=[
            {"cost_id": 1, "day": 10, "currency": "EUR", "amount_cents": 500, **way},
            {"cost_id": 2, "day": 10, "currency": "EUR", "amount_cents": 70, "source": "x", "medium": "email"},
        ],
        stage_changes=[{"change_id": 1, "lead_id": 1, "to_stage": "sal", "at_us": 20 * DAY}],
    )
    found = hashlib.sha256(json.dumps(credited(star), sort_keys=True).encode()).hexdigest()[:16]
    assert {COUNTING: found} == EXAMPLE


@st.composite
def stars(draw: st.DrawFn) -> dict[str, list[dict[str, object]]]:
    channels = st.sampled_from([SEARCH, MAIL, DIRECT, "Referral"])
    visits = [
        visit(
            key,
            draw(st.integers(1, 30)) * DAY,
            draw(channels),
            draw(st.integers(1, 3)),
            campaign=draw(st.sampled_from("ab")),
        )
        for key in range(draw(st.integers(0, 12)))
    ]
    deals = [
        won(key, draw(st.integers(5, 40)) * DAY, draw(st.none() | st.integers(0, 10**9)), draw(st.integers(1, 3)))
        for key in range(draw(st.integers(0, 4)))
    ]
    return {**company(), "visits": visits, "deals": deals}


@settings(max_examples=25, deadline=None)
@given(star=stars(), days=st.sampled_from([None, 7]))
def test_under_every_model_credit_and_what_is_unattributable_come_to_the_bookings(
    held: Held, star: dict[str, list[dict[str, object]]], days: int | None
) -> None:
    """Lesson 29, to the cent, whatever the scope and the measure."""
    held.hold(star)
    weights = CreditWeights(first=33, lead=33, last=34)
    terms = CreditTerms(lookback=None if days is None else timedelta(days=days), weights=weights)
    made = {name: table.to_pylist() for name, table in credit(held, ground(terms)).items()}
    for scope in ("company", "contact"):
        for deal in made["won"]:
            check_walked(deal, scope, of(made["credited"], scope=scope, measure="revenue", deal_id=deal["deal_id"]))
            worth = {"revenue": deal["revenue"] or 0, "margin": 0, "deals": A_DEAL}
            for measure, whole in worth.items():
                rows = of(made["credited"], scope=scope, measure=measure, deal_id=deal["deal_id"])
                assert len(rows) == deal[f"{scope}_touches"]
                assert [sum(row[column] for row in rows) for column in COLUMNS] == [whole if rows else 0] * len(COLUMNS)
    assert len({column_of(model, Dimension.SOURCE) for model in MODEL_LABELS}) == len(MODEL_LABELS)


def check_walked(deal: dict[str, object], scope: str, rows: list[dict[str, object]]) -> None:
    """Check what is said of a deal's touches against these, which stand in their order."""
    channels = [row["channel"] for row in rows]
    assert deal[f"{scope}_path"] == STEP.join(str(channel) for channel, _ in groupby(channels))
    assert deal[f"{scope}_first_us"] == (rows[0]["at_us"] if rows else None)
    for dimension, column in TOLD_BY.items():
        labels = [row[column] for row in rows]
        assert [row[new(dimension)] for row in rows] == [
            int(label not in labels[:at]) for at, label in enumerate(labels)
        ]
