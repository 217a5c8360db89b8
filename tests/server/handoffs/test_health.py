"""What the doctor finds in the agreement and the hand-off."""

from datetime import timedelta

from django.utils import timezone
from tests.server.conftest import World

from accord.server.agreements.health import agreement_in_force
from accord.server.handoffs.health import nothing_left_behind
from accord.server.pipeline.judging import judge_due


def test_a_missing_agreement_is_found_with_what_to_do(db: None) -> None:
    finding = agreement_in_force()
    assert not finding.ok
    assert "accord propose" in finding.remedy


def test_the_agreement_in_force_is_named(world: World) -> None:
    assert agreement_in_force().detail == "revision 1 of Test Works is in force"


def test_what_is_long_due_is_counted_and_what_has_just_come_is_not(world: World) -> None:
    now = timezone.now()
    world.happens(world.lead(at=now), "webinar_attended", now)
    assert nothing_left_behind().ok
    world.happens(world.lead(at=now - timedelta(hours=1)), "webinar_attended", now - timedelta(hours=1))
    assert nothing_left_behind().detail == "1 to judge"
    judge_due(now)
    assert nothing_left_behind().ok
