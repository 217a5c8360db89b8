from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from accord.agreement import Disqualify, Recycle, Stage, load, read
from accord.clock import Hours, WorkingDays, WorkingTime, due
from accord.errors import Level
from accord.rules import (
    All,
    AnyOf,
    AtLeast,
    CountRule,
    CriterionRule,
    FieldRule,
    IsAnyOf,
    PropertyTest,
    Selection,
    StartsWith,
)


def test_northwind_has_no_issue_of_any_level(northwind: str) -> None:
    assert load(northwind, "agreement.yaml").issues == ()


def test_northwind_becomes_the_plan_that_its_text_says(northwind: str) -> None:
    agreement = load(northwind, "agreement.yaml").agreement

    assert agreement is not None
    assert agreement.zone == ZoneInfo("Europe/Berlin")
    assert agreement.roles["sales"].signs
    assert not agreement.roles["agency"].signs
    assert agreement.fields["lead.budget"].choices == ("none", "planned", "approved")
    assert agreement.criteria["right_company"].rule == All(
        (
            FieldRule("company.employees", AtLeast(50)),
            FieldRule("company.country", IsAnyOf(("DE", "AT", "CH", "GB", "US"))),
        )
    )
    assert agreement.criteria["wants_to_talk"].rule == AnyOf(
        (
            CountRule(Selection(("form_submitted",), (PropertyTest("form", IsAnyOf(("demo",))),), timedelta(days=7))),
            CountRule(
                Selection(("page_viewed",), (PropertyTest("path", StartsWith("/pricing")),), timedelta(days=14)), 3
            ),
        )
    )
    assert agreement.score.fit[0].name == "score.fit[0]"
    assert agreement.score.fit[0].points == 3000
    assert agreement.score.engagement[7].points == 50
    assert [grade.name for grade in agreement.score.grades] == ["A", "B", "C", "D"]
    assert [gate.stage for gate in agreement.stages] == [Stage.LEAD, Stage.MQL, Stage.SQL]
    assert agreement.stages[2].checked_by == "sales"
    assert agreement.lines["criteria.right_company"] == 53


def test_the_hand_off_and_the_promises_become_what_their_text_says(northwind: str) -> None:
    agreement = load(northwind, "agreement.yaml").agreement

    assert agreement is not None
    handoff = agreement.handoff
    assert handoff.decide_within == WorkingDays(2)
    assert handoff.calendar is agreement.calendars["field_sales"]
    assert handoff.reject_reasons["wrong_size"].then == Disqualify()
    assert handoff.reject_reasons["not_now"].then == Recycle(
        timedelta(days=90), CriterionRule("wants_to_talk"), "marketing"
    )
    assert handoff.reject_reasons["no_contact"].then == Recycle(None, None, "agency")
    fast, grade_a, _, rest = agreement.sales_promises
    assert (fast.fast_lane, fast.when, fast.first_attempt) == (True, None, WorkingTime(timedelta(minutes=15)))
    assert grade_a.when == FieldRule("score.grade", IsAnyOf(("A",)))
    assert (grade_a.attempts, grade_a.over) == (6, WorkingDays(10))
    assert (rest.fast_lane, rest.when) == (False, None)
    assert [(step.percent, step.action, step.whom) for step in agreement.breach_steps] == [
        (80, "remind", "owner"),
        (100, "tell", "manager"),
        (150, "reassign", "owner"),
    ]
    assert agreement.marketing_promises[0].accepted_percent == 70


def test_a_calendar_keeps_its_lunch_break_its_holidays_and_its_days_off(northwind: str) -> None:
    agreement = load(northwind, "agreement.yaml").agreement

    assert agreement is not None
    calendar = agreement.calendars["field_sales"]
    assert calendar.week[0] == (Hours(time(9), time(12)), Hours(time(13), time(17, 30)))
    assert calendar.days_off == {date(2026, 12, 24), date(2026, 12, 31)}
    before_christmas = datetime(2026, 12, 23, 16, 0, tzinfo=UTC)  # 17:00 in Berlin; the 24th is off, then holidays
    assert due(before_christmas, WorkingTime(timedelta(hours=1)), calendar) == datetime(2026, 12, 28, 8, 30, tzinfo=UTC)


def test_hours_may_end_at_midnight_and_a_calendar_may_have_a_zone_of_its_own(full: str) -> None:
    agreement = load(full, "full.yaml").agreement

    assert agreement is not None
    night = agreement.calendars["night"]
    assert night.zone == ZoneInfo("America/New_York")
    assert night.week == {5: (Hours(time(18), time(0)),), 6: (Hours(time(18), time(0)),)}


def test_a_document_that_uses_every_feature_has_no_error(full: str) -> None:
    loaded = load(full, "full.yaml")

    assert [issue.level for issue in loaded.issues] == [Level.NOTE, Level.NOTE]
    assert loaded.agreement is not None


def test_faults_in_every_section_are_reported_at_once_and_there_is_no_agreement(small: str) -> None:
    text = small
    for old, new in {
        "Europe/Berlin": "Berlin",
        "type: integer": "type: intger",
        "field: company.employees": "field: company.employes",
        "points: 30}": "points: lots}",
        "mql: {when: right_company}": "mql: {when: {all: [right_compny, {field: company.country, is: 7}]}}",
        "2 working days": "2 days",
        "then: disqualify": "then: recycle, to: agncy",
        '"09:00-17:00"': '"09:00-12:00", "11:00-17:00"',
        "first_attempt: 1 hour": "first_atempt: 1 hour",
        "to: field_sales": "to: Field Sales",
    }.items():
        assert old in text
        text = text.replace(old, new, 1)

    loaded = load(text, "agreement.yaml")

    assert loaded.agreement is None
    assert [(issue.at, issue.code.removeprefix("agreement.")) for issue in loaded.issues] == [
        ("agreement.yaml:3", "unknown_timezone"),
        ("agreement.yaml:9", "unknown_type"),
        ("agreement.yaml:17", "unknown_field"),
        ("agreement.yaml:21", "wrong_amount"),
        ("agreement.yaml:28", "wrong_type"),
        ("agreement.yaml:28", "unknown_criterion"),
        ("agreement.yaml:31", "wrong_amount"),
        ("agreement.yaml:34", "unknown_role"),
        ("agreement.yaml:37", "overlapping_hours"),
        ("agreement.yaml:39", "unknown_key"),
        ("agreement.yaml:41", "wrong_name"),
    ]


def test_norway_is_a_country_and_not_a_falsehood(small: str) -> None:
    text = small.replace(
        "field: company.employees\n    at_least: 50", "field: company.country\n    is_any_of: [NO, no, on]"
    )

    agreement = load(text, "agreement.yaml").agreement

    assert agreement is not None
    assert agreement.criteria["right_company"].rule == FieldRule("company.country", IsAnyOf(("NO", "no", "on")))


def test_an_emoji_may_be_written_as_json_writes_it_but_not_by_half(small: str) -> None:
    whole = load(small.replace("Northwind Instruments", '"\\ud83d\\ude00"'), "agreement.yaml").agreement
    assert whole is not None
    assert whole.company == "\N{GRINNING FACE}"

    (issue,) = load(small.replace("Northwind Instruments", '"\\ud83d"'), "agreement.yaml").issues
    assert issue.code == "agreement.unprintable"
    assert issue.at == "agreement.yaml:2"


def test_a_nul_does_not_pass_as_an_escape(small: str) -> None:
    (issue,) = load(small.replace("50 or more staff", '"50\\0"'), "agreement.yaml").issues

    assert str(issue).startswith("agreement.yaml:16: the character U+0000 may not stand in an agreement")


@pytest.mark.parametrize("unseen", ["\u202e", "\u2066", "\u200b", "\u2060", "\u00ad", "\ufeff", "\u2028", "\U000e0041"])
def test_what_is_signed_holds_nothing_that_cannot_be_seen(small: str, unseen: str) -> None:
    written = small.replace("50 or more staff", f"50 or{unseen} more staff")
    escaped = small.replace("50 or more staff", f'"50 or\\U{ord(unseen):08x} more staff"')
    for text in (written, escaped):
        (issue,) = load(text, "agreement.yaml").issues
        assert str(issue).startswith(f"agreement.yaml:16: the character U+{ord(unseen):04X} may not stand in an agree")


def test_a_mark_at_the_beginning_of_a_file_and_joined_letters_are_no_fault(small: str) -> None:
    text = small.replace("Northwind Instruments", "\u0646\u0645\u06cc\u200c\u062e\u0648\u0627\u0647\u0645")
    assert load(f"\ufeff{text}", "agreement.yaml").issues == ()


def test_anchors_stand_for_what_they_name(small: str) -> None:
    text = small.replace('["09:00-17:00"]}}', '&day ["09:00-17:00"], sat: *day}}')

    agreement = load(text, "agreement.yaml").agreement

    assert agreement is not None
    assert agreement.calendars["office"].week[5] == (Hours(time(9), time(17)),)


def test_the_first_calendar_counts_where_the_hand_off_names_none(full: str) -> None:
    agreement = load(full.replace("  calendar: desk\n", ""), "full.yaml").agreement

    assert agreement is not None
    assert agreement.handoff.calendar.name == "desk"


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("", "a.yaml:1: the document is empty; start it with 'accord: 1'"),
        ("\ufeff\n# only a comment\n", "a.yaml:1: the document is empty"),
        ("just text", "a.yaml:1: the document must be made of keys with values"),
        ("- a\n- b", "a.yaml:1: the document must be made of keys with values"),
        ("accord: 1\ncompany: \x00", "a.yaml:2: the character U+0000 may not stand in an agreement"),
        ("accord: 1\ncompany: \ud800", "a.yaml:2: the character U+D800 may not stand in an agreement"),
        ('accord: 1\ncompany: "\\x', "a.yaml:2: this is not valid YAML"),
        ("a: {" * 40, "a.yaml:1: this is nested more than 24 levels deep"),
        ("a:\n- " + "x " * 600_000, "a.yaml:1: the document is larger than 1,000,000 bytes"),
        ("- [" + "x," * 25_000 + "]", "a.yaml:1: the document must be made of keys with values"),
        ("a: [" + "x," * 25_000 + "]", "a.yaml:1: the document has more than 20,000 values"),
    ],
)
def test_text_that_cannot_be_read_is_one_issue(text: str, says: str) -> None:
    loaded = load(text, "a.yaml")

    assert loaded.agreement is None
    assert len(loaded.issues) == 1
    assert str(loaded.issues[0]).startswith(says)


def test_an_alias_bomb_stops_at_the_limit() -> None:
    bomb = "a: &a [x, x, x, x, x, x, x, x, x]\n" + "".join(
        f"{name}: &{name} [{', '.join([f'*{before}'] * 9)}]\n"
        for before, name in zip("abcdefgh", "bcdefghi", strict=True)
    )

    (issue,) = load(bomb, "a.yaml").issues

    assert issue.code == "agreement.too_large"


def test_a_rule_that_is_wrong_on_every_level_takes_no_time(small: str) -> None:
    rule = "right_company"
    for _ in range(9):
        rule = f"{{all: [{rule}], wrong: 1}}"

    loaded = load(small.replace("{when: right_company}", f"{{when: {rule}}}"), "agreement.yaml")

    assert [issue.code for issue in loaded.issues] == ["agreement.unknown_key"] * 9


def test_a_file_is_read_with_its_name_in_the_issues(tmp_path: Path, small: str) -> None:
    path = tmp_path / "ours.yaml"
    path.write_text(small.replace("EUR", "EURO"), encoding="utf-8")

    (issue,) = read(path).issues

    assert issue.at == f"{path}:4"


def test_a_file_that_is_not_utf_8_is_an_issue_on_its_line(tmp_path: Path) -> None:
    path = tmp_path / "ours.yaml"
    path.write_bytes("accord: 1\ncompany: Müller\n".encode("latin-1"))

    (issue,) = read(path).issues

    assert str(issue) == f"{path}:2: this is not UTF-8 text; save the file as plain text in UTF-8"


def test_a_byte_order_mark_does_no_harm(tmp_path: Path, small: str) -> None:
    path = tmp_path / "ours.yaml"
    path.write_bytes(small.encode("utf-8-sig"))

    assert read(path).issues == ()


def test_a_file_that_is_too_large_is_an_issue(tmp_path: Path) -> None:
    path = tmp_path / "ours.yaml"
    path.write_bytes("ü".encode() * 600_000)

    (issue,) = read(path).issues

    assert issue.code == "agreement.too_large"
