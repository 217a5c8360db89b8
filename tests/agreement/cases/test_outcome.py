"""What comes out of a case, and what of it is not as expected."""

from datetime import datetime
from zoneinfo import ZoneInfo

from accord.agreement import Agreement
from accord.agreement.cases import Case, Outcome, live_outcome, load_cases, mismatches

BERLIN = ZoneInfo("Europe/Berlin")


def case(body: str, law: Agreement) -> Case:
    text = "cases:\n  - case: One\n" + "".join(f"    {line}\n" for line in body.splitlines())
    loaded = load_cases(text, "t.yaml", law)
    assert loaded.issues == ()
    return loaded.cases[0]


def outcome(body: str, law: Agreement) -> Outcome:
    return live_outcome(case(f"{body}\nexpect: {{fit: 0}}", law), law)


READY = """\
at: 2026-03-02 16:30
lead: {company.employees: 200, person.phone: "1"}
touchpoints: [{event: page_viewed, at: now}, {event: page_viewed, at: now}]"""


def test_a_lead_that_is_ready_has_a_team_and_deadlines(law: Agreement) -> None:
    found = outcome(READY, law)

    assert found["criteria.right_company"] is True
    assert found["criteria.has_budget"] is False
    assert (found["fit"], found["engagement"], found["grade"], found["stage"]) == (4000, 1000, "A", "mql")
    assert (found["ready"], found["fast_lane"], found["held_for"], found["team"]) == (True, False, (), "field")
    assert found["first_attempt_due"] == datetime(2026, 3, 3, 9, 30, tzinfo=BERLIN)  # 30 minutes are left of Monday
    assert found["decision_due"] == datetime(2026, 3, 4, 17, tzinfo=BERLIN)
    assert found["attempts_due"] == datetime(2026, 3, 9, 17, tzinfo=BERLIN)


def test_a_large_company_goes_to_its_own_team(law: Agreement) -> None:
    assert outcome(READY.replace("200", "1000"), law)["team"] == "enterprise"


def test_the_fast_lane_has_a_promise_of_its_own_and_owes_no_number_of_attempts(law: Agreement) -> None:
    found = outcome("at: 2026-03-02 16:30\ntouchpoints: [{event: form_submitted, at: now, with: {form: demo}}]", law)

    assert (found["ready"], found["fast_lane"]) == (True, True)
    assert found["first_attempt_due"] == datetime(2026, 3, 2, 16, 45, tzinfo=BERLIN)
    assert found["attempts_due"] is None


def test_a_lead_that_is_held_back_has_no_team_and_nothing_is_due(law: Agreement) -> None:
    found = outcome(READY.replace(', person.phone: "1"', ""), law)

    assert (found["stage"], found["ready"], found["held_for"]) == ("mql", False, ("person.phone",))
    assert (found["team"], found["decision_due"], found["first_attempt_due"]) == (None, None, None)


def test_what_waited_for_a_field_is_ready_when_it_is_filled_in(law: Agreement) -> None:
    waiting = 'at: 2026-03-02 10:00\nlead: {person.phone: "1"}\nstood_at: mql'

    assert outcome(f"{waiting}\nheld_back: true", law)["ready"] is True
    assert outcome(waiting, law)["ready"] is False


def test_what_sales_has_is_not_offered_again(law: Agreement) -> None:
    assert outcome(f"{READY}\nstood_at: sal\nhanded_over: true", law)["ready"] is False


def test_only_what_is_expected_is_compared(law: Agreement) -> None:
    one = case(f"{READY}\nexpect: {{fit: 40, grade: B, first_attempt_due: 2026-03-03 09:30, team: none}}", law)

    assert [
        (each.expectation.subject, each.expectation.answer, each.found)
        for each in mismatches(one, live_outcome(one, law))
    ] == [
        ("grade", "B", "A"),
        ("team", None, "field"),
    ]


def test_what_an_evaluator_does_not_answer_is_not_compared(law: Agreement) -> None:
    one = case(f"{READY}\nexpect: {{fit: 0, team: enterprise}}", law)

    assert [each.expectation.subject for each in mismatches(one, {"fit": 4000})] == ["fit"]


def test_the_order_of_fields_makes_no_difference(law: Agreement) -> None:
    one = case("at: 2026-03-02 10:00\nexpect: {held_for: none}", law)

    assert mismatches(one, {"held_for": ()}) == ()
    assert len(mismatches(one, {"held_for": ("person.phone",)})) == 1


def test_the_same_instant_in_another_zone_is_the_same(law: Agreement) -> None:
    one = case("at: 2026-03-02 10:00\nexpect: {decision_due: 2026-10-25T02:30+02:00}", law)

    first, second = (datetime(2026, 10, 25, 2, 30, fold=fold, tzinfo=BERLIN) for fold in (0, 1))
    assert mismatches(one, {"decision_due": first}) == ()
    assert len(mismatches(one, {"decision_due": second})) == 1  # an hour later, though it looks the same
