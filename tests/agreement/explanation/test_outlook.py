"""What time alone changes, to the instant."""

from datetime import timedelta

from tests.agreement.explanation.conftest import AT, Lead, ago

from accord.agreement.explanation import Outlook, explain_lead, outlook_of
from accord.agreement.explanation.text import explanation_in_words, outlook_sentences


def test_tomorrows_points_and_the_instant_of_the_next_change(lead: Lead) -> None:
    # A webinar is worth 15, and 14.66 when it is a day old; it was at 13:00 yesterday.
    outlook = outlook_of(lead(ago("webinar_attended", hours=21), company_employees=60))

    assert (outlook.fit, outlook.engagement, outlook.grade) == (("30", "30"), ("15", "14.66"), ("B", "B"))
    assert outlook.next_points is not None
    assert outlook.next_points.at == AT + timedelta(hours=3)
    assert outlook.next_points.says == "engagement becomes 14.66"


def test_a_stage_that_decay_takes_away_is_said_with_its_instant(lead: Lead) -> None:
    outlook = outlook_of(lead(ago("webinar_attended", hours=21), company_employees=60))

    assert [(turn.at, turn.says, turn.gained) for turn in outlook.turns] == [
        (AT + timedelta(hours=3), "what it takes to be marketing-qualified (MQL)", False)
    ]


def test_a_grade_that_is_lost_is_said(lead: Lead) -> None:
    did = [ago("webinar_attended", hours=20), ago("page_viewed", hours=1)]
    outlook = outlook_of(lead(*did, company_employees=60, person_title="Buyer"))

    assert outlook.grade == ("A", "B")
    assert "Mon 2 March 14:00: the grade becomes B." in outlook_sentences(outlook)


def test_a_window_that_passes_is_said_though_it_is_days_away(lead: Lead) -> None:
    outlook = outlook_of(lead(ago("form_submitted", {"form": "demo"}, days=2)))

    assert [turn.at for turn in outlook.turns] == [AT + timedelta(days=5)]
    assert outlook_sentences(outlook) == (
        "The points stay as they are.",
        "Sat 7 March 10:00: ceases to hold: Asked for a demo.",
    )


def test_where_nothing_ever_changes_it_is_said(lead: Lead) -> None:
    outlook = outlook_of(lead())

    assert isinstance(outlook, Outlook)
    assert (outlook.next_points, outlook.turns, outlook.searched, outlook.steady) == (None, (), "", True)
    assert outlook_sentences(outlook)[-1] == "No grade and no condition ever changes by itself."


def test_an_explanation_fits_a_terminal_of_eighty_columns(lead: Lead) -> None:
    did = [ago("page_viewed", {"path": "/pricing/" + "very-long-" * 12}, hours=hours) for hours in range(1, 40)]
    lines = list(explanation_in_words(explain_lead(lead(*did, company_employees=42))))

    assert max(len(line) for line in lines) <= 80
    assert lines[0].startswith("CRITERIA: ")
    assert "Cut at the cap" in "\n".join(lines)


def test_points_stand_in_columns_that_add_up(lead: Lead) -> None:
    text = "\n".join(explanation_in_words(explain_lead(lead(ago("webinar_attended"), company_employees=60))))

    assert "POINTS                                                            now   tomorrow" in text
    assert "Fit                                                                30         30" in text
    assert "Engagement                                                         15      14.66" in text
    assert "    Mon 2 March 10:00  Webinar attended                            15      14.66" in text
