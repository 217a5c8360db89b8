"""Files of tests, read with every issue at its line."""

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest

from accord.agreement import Agreement, Stage
from accord.agreement.cases import Expectation, load_cases, read_cases
from accord.errors import Level

WHOLE = """\
cases:
  - case: Everything at once
    at: 2026-03-02 10:00
    lead:
      company.employees: 200
      company.revenue: 1.5
      company.founded: 1999-12-31
      company.partner: true
      lead.budget: planned
    stood_at: lead
    touchpoints:
      - {event: page_viewed, at: 1 week 2 days 3 hours ago, with: {path: /pricing, page: 2, day: 2026-01-01}}
      - {event: form_submitted, at: 2026-03-02T08:00Z, with: {form: demo}}
      - {event: page_viewed, at: now}
    colleagues:
      Nadia:
        - {event: page_viewed, at: 2026-03-01 09:00}
    expect:
      criteria: {right_company: true, has_budget: false}
      team: none
      first_attempt_due: 2026-03-02 10:15
      engagement: 12.5
      held_for: [person.phone]
      grade: none
"""


def issues(text: str, law: Agreement) -> list[str]:
    return [str(issue) for issue in load_cases(text, "t.yaml", law).issues]


def case(body: str) -> str:
    """A file with one case, whose lines after the first two are ``body``."""
    return "cases:\n  - case: One\n" + "".join(f"    {line}\n" for line in body.splitlines())


def test_a_case_is_read_with_its_types_instants_and_places(law: Agreement) -> None:
    loaded = load_cases(WHOLE, "t.yaml", law)

    assert loaded.issues == ()
    (case,) = loaded.cases
    assert (case.name, case.place) == ("Everything at once", "t.yaml:2")
    assert case.at == datetime(2026, 3, 2, 9, tzinfo=UTC)
    assert case.facts.fields == {
        "company.employees": 200,
        "company.revenue": Decimal("1.5"),
        "company.founded": date(1999, 12, 31),
        "company.partner": True,
        "lead.budget": "planned",
    }
    assert case.facts.zone is law.zone
    first, second, third = case.facts.touchpoints
    assert first.at == datetime(2026, 2, 21, 6, tzinfo=UTC)
    assert first.properties == {"path": "/pricing", "page": 2, "day": "2026-01-01"}
    assert second.at == datetime(2026, 3, 2, 8, tzinfo=UTC)
    assert (third.at, third.properties) == (case.at, {})
    assert [each.at for each in case.facts.colleagues["Nadia"].touchpoints] == [datetime(2026, 3, 1, 8, tzinfo=UTC)]
    assert (case.standing.stage, case.standing.handed_over, case.standing.held_for) == (Stage.LEAD, False, ())
    assert case.expected == (
        Expectation("criteria.right_company", True, "t.yaml:19"),
        Expectation("criteria.has_budget", False, "t.yaml:19"),
        Expectation("engagement", 1250, "t.yaml:22"),
        Expectation("grade", None, "t.yaml:24"),
        Expectation("held_for", ("person.phone",), "t.yaml:23"),
        Expectation("team", None, "t.yaml:20"),
        Expectation("first_attempt_due", datetime(2026, 3, 2, 9, 15, tzinfo=UTC), "t.yaml:21"),
    )


def test_a_day_ago_is_24_hours_ago_also_where_the_clocks_are_set(law: Agreement) -> None:
    (found,) = load_cases(
        case("at: 2026-03-29 12:00\ntouchpoints: [{event: page_viewed, at: 1 day ago}]\nexpect: {fit: 0}"), "t", law
    ).cases

    assert str(found.facts.touchpoints[0].at) == "2026-03-28 11:00:00+01:00"


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ("at: 2026-03-29 02:30\nexpect: {fit: 0}",
         "t.yaml:3: '2026-03-29 02:30' is not one instant in Europe/Berlin: the clocks are put forward past it;"
         " write it with an offset, like '2026-03-29T02:30+01:00'"),
        ("at: 2026-10-25 02:30\nexpect: {fit: 0}",
         "t.yaml:3: '2026-10-25 02:30' is not one instant in Europe/Berlin: the clocks are put back, and show it twice;"
         " write it with an offset, like '2026-10-25T02:30+02:00'"),
        ("at: 2026-03-02\nexpect: {fit: 0}",
         "t.yaml:3: '2026-03-02' is not an instant; write it like '2026-03-02 10:00'"),
        ("at: 2026-03-02 25:00\nexpect: {fit: 0}",
         "t.yaml:3: '2026-03-02 25:00' is a time that no clock shows; write it like '2026-03-02 10:00',"
         " or with an offset like '2026-03-02T10:00+01:00'"),
        ("at: 2026-03-02 10:00\nlead: {company.employes: 3}\nexpect: {fit: 0}",
         "t.yaml:4: unknown field 'company.employes'; did you mean 'company.employees'?"),
        ("at: 2026-03-02 10:00\nlead: {company.employees: many}\nexpect: {fit: 0}",
         "t.yaml:4: 'company.employees' is a whole number, but here it is 'many'"),
        ("at: 2026-03-02 10:00\nlead: {company.employees: true}\nexpect: {fit: 0}",
         "t.yaml:4: 'company.employees' is a whole number, but here it is 'true'"),
        ("at: 2026-03-02 10:00\nlead: {lead.budget: aproved}\nexpect: {fit: 0}",
         "t.yaml:4: 'aproved' is no value of 'lead.budget'; did you mean 'approved'?"),
        ("at: 2026-03-02 10:00\ntouchpoints: [{event: page_viewed, at: 2 dayz ago}]\nexpect: {fit: 0}",
         "t.yaml:4: '2 dayz ago' is no time ago; write it like '2 days ago' or '6 days 23 hours ago'"),
        ("at: 2026-03-02 10:00\ntouchpoints: [{event: page_viewed, at: 4000 days ago}]\nexpect: {fit: 0}",
         "t.yaml:4: '4000 days ago' is longer than ten years ago"),
        ("at: 2026-03-02 10:00\ntouchpoints: [{event: page_view, at: now}]\nexpect: {fit: 0}",
         "t.yaml:4: no rule of the agreement asks for 'page_view'; did you mean 'page_viewed'?"),
        ("at: 2026-03-02 10:00\nexpect: {criteria: {right_compny: true}}",
         "t.yaml:4: unknown criterion 'right_compny'; did you mean 'right_company'?"),
        ("at: 2026-03-02 10:00\nexpect: {criteria: {right_company: yes please}}",
         "t.yaml:4: 'right_company' must be true or false, but is 'yes please'"),
        ("at: 2026-03-02 10:00\nexpect: {grade: C}", "t.yaml:4: unknown grade 'C'; valid here: A, B"),
        ("at: 2026-03-02 10:00\nexpect: {stage: mqll}", "t.yaml:4: unknown stage 'mqll'; did you mean 'mql'?"),
        ("at: 2026-03-02 10:00\nexpect: {team: fields}", "t.yaml:4: unknown team 'fields'; did you mean 'field'?"),
        ("at: 2026-03-02 10:00\nexpect: {held_for: [person.fone]}",
         "t.yaml:4: unknown field 'person.fone'; valid here: person.phone"),
        ("at: 2026-03-02 10:00\nexpect: {held_for: person.phone}",
         "t.yaml:4: 'person.phone' is no list of fields; write [person.phone], or none"),
        ("at: 2026-03-02 10:00\nexpect: {fit: 1.234}",
         "t.yaml:4: '1.234' has more than two decimals; points are counted in hundredths"),
        ("at: 2026-03-02 10:00\nexpect: {first_attempt_due: soon}",
         "t.yaml:4: 'soon' is not an instant; write it like '2026-03-02 10:00',"
         " or with an offset like '2026-03-02T10:00+01:00'"),
        ("at: 2026-03-02 10:00\nexpect: {}", "t.yaml:4: nothing is expected of this case; say what must come out"),
        ("at: 2026-03-02 10:00\nexpected: {fit: 0}",
         "t.yaml:4: unknown key 'expected' in 'cases[0]'; did you mean 'expect'?"),
        ("expect: {fit: 0}",
         "t.yaml:2: 'cases[0]' needs 'at'; the instant at which the lead is judged, such as 2026-03-02 10:00"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_said_with_its_line_and_the_remedy(body: str, expected: str, law: Agreement) -> None:
    assert issues(case(body), law) == [expected]


def test_all_that_is_wrong_is_said_at_once(law: Agreement) -> None:
    body = (
        "at: 2026-02-30 10:00\nlead: {company.x: 1}\ntouchpoints: [{event: form_submited, at: never}]\n"
        "expect: {grade: Z}"
    )

    assert [line.partition(":")[2].partition(":")[0] for line in issues(case(body), law)] == ["3", "4", "5", "5", "6"]


def test_an_unknown_event_is_a_warning_since_a_company_may_have_its_own(law: Agreement) -> None:
    loaded = load_cases(
        case("at: 2026-03-02 10:00\ntouchpoints: [{event: brochure, at: now}]\nexpect: {fit: 0}"), "t.yaml", law
    )

    assert [issue.level for issue in loaded.issues] == [Level.WARNING]
    assert len(loaded.cases) == 1


def test_two_cases_of_one_name_are_refused(law: Agreement) -> None:
    one = "  - {case: One, at: 2026-03-02 10:00, expect: {fit: 0}}\n"

    assert issues(f"cases:\n{one}{one}", law) == [
        "t.yaml:3: there are two cases 'One'; the first is at t.yaml:2; name what differs"
    ]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", "t.yaml:1: the document is empty; start it with 'cases:'"),
        ("- a", "start it with 'cases:'"),
        ("cases: []", "t.yaml:1: this file holds no case; write one"),
        ("tests: []", "t.yaml:1: unknown key 'tests'; valid here: cases"),
        ("tests: []", "t.yaml:1: the file needs 'cases'"),
        ("cases: [\n", "this is not valid YAML"),
    ],
)
def test_a_file_that_is_no_file_of_tests_is_refused(text: str, expected: str, law: Agreement) -> None:
    loaded = load_cases(text, "t.yaml", law)

    assert loaded.broken
    assert any(expected in str(issue) for issue in loaded.issues), loaded.issues


def test_text_that_is_not_utf_8_is_refused(law: Agreement, tmp_path) -> None:
    path = tmp_path / "t.yaml"
    path.write_bytes(b"cases:\n  - case: \xe4\n")

    assert [str(issue) for issue in read_cases(path, law).issues] == [
        f"{path}:2: this is not UTF-8 text; save the file as plain text in UTF-8"
    ]
