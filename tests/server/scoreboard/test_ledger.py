"""Who kept their word, by the agreement of ``agreement.yaml``: 20 MQLs a month, 70 % accepted."""

import uuid
from datetime import UTC, datetime, timedelta

import pytest
from tests.server.conftest import MONDAY, Cast, World

from accord.insight import Verdict
from accord.server.agreements.services import propose, sign
from accord.server.handoffs import decisions
from accord.server.handoffs.marketing import follow
from accord.server.handoffs.models import Attempt
from accord.server.pipeline.models import Lead
from accord.server.scoreboard import queries
from accord.server.scoreboard.ledger import Ledger, Line, ledger

MINUTE = timedelta(minutes=1)
APRIL = datetime(2026, 4, 1, 12, tzinfo=UTC)


def kept(now: datetime, month: str = "2026-03") -> Ledger:
    known = queries.laws()
    shown = queries.month(known.zone, now, month)
    law = known.at_end_of(shown, now)
    assert law is not None
    return ledger(known, law, shown, now)


def line(found: Ledger, clause: str, label: str) -> Line:
    promises = (*found.marketing.promises, *found.sales.promises)
    (it,) = (line for promise in promises if promise.path == clause for line in promise.lines if line.label == label)
    return it


def call(lead: Lead, at: datetime) -> None:
    assert lead.owner is not None
    decisions.log_attempt(
        lead.pk,
        channel=Attempt.Channel.CALL,
        outcome=Attempt.Outcome.REACHED,
        action_id=uuid.uuid4(),
        by=lead.owner,
        at=at,
    )


def test_marketing_is_behind_its_pace_and_says_by_how_much(world: World) -> None:
    """On 2 March, day 2 of 31, 20 a month make 1 by now; on 22 March they make 14."""
    leads = [world.offered() for _ in range(4)]
    for lead in leads[:2]:
        decisions.accept(lead.pk, by=lead.owner, at=MONDAY + MINUTE)
    decisions.reject(leads[2].pk, reason="not_now", by=leads[2].owner, at=MONDAY + MINUTE)
    early = line(kept(MONDAY + 2 * MINUTE), "sla.marketing[0]", "Delivered")
    assert (early.said, early.verdict) == ("4 of 20 (day 2 of 31: ahead by 3)", Verdict.ON_PACE)
    found = kept(MONDAY + timedelta(days=20))
    late = line(found, "sla.marketing[0]", "Delivered")
    assert (late.said, late.verdict, late.mark) == ("4 of 20 (day 22 of 31: behind by 10)", Verdict.AT_RISK, 14)
    assert [text for text, _ in late.more] == ["1 awaits a decision"]
    accepted = line(found, "sla.marketing[0]", "Accepted")
    assert (accepted.said, accepted.verdict) == ("66 % (2 of 3 decided)", Verdict.AT_RISK)
    assert found.summary.startswith("Marketing: delivered 4 of 20 (day 22 of 31: behind by 10).")


def test_a_month_that_is_over_says_what_was_short(world: World) -> None:
    world.offered()
    found = line(kept(APRIL), "sla.marketing[0]", "Delivered")
    assert (found.said, found.verdict, found.mark) == ("1 of 20, 19 short", Verdict.BROKEN, None)


def test_a_promise_without_anything_due_has_no_data_and_no_verdict_on_it(world: World) -> None:
    """Lesson 26: nothing is not 100 %."""
    found = kept(MONDAY)
    assert found.sales.verdict is Verdict.NO_DATA
    assert {each.said for each in found.sales.lines} == {"none due yet"}
    assert line(found, "sla.marketing[0]", "Accepted").said == "none decided yet"


def test_sales_kept_its_word_or_did_not(world: World) -> None:
    prompt, slow = world.demo_request(), world.demo_request()
    call(prompt, MONDAY + 10 * MINUTE)
    call(slow, MONDAY + 20 * MINUTE)
    found = kept(MONDAY + 25 * MINUTE)
    first = line(found, "sla.sales[0]", "First attempt in time")
    assert (first.said, first.verdict, [text for text, _ in first.more]) == ("1 of 2", Verdict.BROKEN, ["1 late"])
    assert line(found, "handoff.decide_within", "Decided in time").said == "none due yet"
    assert found.sales.verdict is Verdict.BROKEN
    assert found.summary.endswith("Sales was late 1 of 2 times.")


def test_marketing_kept_its_word_on_single_leads_or_did_not(world: World) -> None:
    deliver = "    - {deliver: 20, stage: mql, per: month, accepted: at least 70 %}\n"
    world.agree((deliver, deliver + "    - {fill_in: 1 working hour}\n"), at=MONDAY - timedelta(days=1))
    world.mql(phone="")
    follow(MONDAY)
    early = line(kept(MONDAY + MINUTE), "sla.marketing[1]", "Filled in in time")
    assert (early.said, early.more[0][0]) == ("none due yet", "1 still running")
    found = kept(MONDAY + 61 * MINUTE)
    late = line(found, "sla.marketing[1]", "Filled in in time")
    assert (late.said, late.verdict, late.more[0][0]) == ("0 of 1", Verdict.BROKEN, "1 overdue now")
    sentences = [promise.sentence for promise in found.marketing.promises if promise.path == "sla.marketing[1]"]
    assert sentences == ["What is missing of a lead before the hand-off, marketing fills in within 1 working hour."]
    assert found.marketing.verdict is Verdict.BROKEN


def test_a_clock_with_little_time_left_puts_the_promise_at_risk(world: World) -> None:
    world.demo_request()
    first = line(kept(MONDAY + 13 * MINUTE), "sla.sales[0]", "First attempt in time")
    assert (first.verdict, first.more[0][0]) == (Verdict.AT_RISK, "1 running out")
    assert line(kept(MONDAY + 16 * MINUTE), "sla.sales[0]", "First attempt in time").more[0][0] == "1 overdue now"


def test_clocks_of_an_earlier_revision_stand_under_its_own_sentence(world: World, cast: Cast) -> None:
    lead = world.demo_request()
    call(lead, MONDAY + 5 * MINUTE)
    old = queries.laws().all[0]
    later = MONDAY + timedelta(days=1)
    text = old.text.replace("first_attempt: 15 minutes", "first_attempt: 10 minutes")
    proposed = propose(text, "agreement.yaml", reason="faster", by=cast.olga, at=later)
    sign(proposed.number, by=cast.mara, at=later)
    sign(proposed.number, by=cast.priya, at=later)
    found = kept(later + MINUTE)
    both = [promise for promise in found.sales.promises if promise.path == "sla.sales[0]"]
    assert ["10 working minutes" in both[0].sentence, "15 working minutes" in both[1].sentence] == [True, True]
    assert [promise.lines[0].said for promise in both] == ["none due yet", "1 of 1"]
    assert (both[0].note, both[1].note) == ("", f"Under revision {old.number}, for what began while it held")


@pytest.mark.parametrize("asked", ["", "never", "2026-13", "2027-01", "9999-12", "2026-3"])
def test_a_month_that_cannot_be_shown_is_the_present_one(asked: str) -> None:
    assert queries.month(queries.EARLIEST and queries.Laws(()).zone, MONDAY, asked).first == MONDAY.date().replace(
        day=1
    )
