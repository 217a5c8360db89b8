"""What stands on the board: who has what, in which order, what is at risk, and how much of it is shown."""

from datetime import timedelta

from tests.server.conftest import MONDAY, Cast, World

from accord.server.accounts.models import Leave, Membership, Role, Team, User
from accord.server.accounts.services import join_team
from accord.server.agreements.services import in_force
from accord.server.board.columns import AHEAD, SHOWN, Column, Opened, columns_of
from accord.server.handoffs import decisions, questions
from accord.server.handoffs.escalation import sweep
from accord.server.handoffs.models import Offer
from accord.server.pipeline.models import Lead


def columns(world: World, opened: Opened | None = None, **after: int) -> dict[str, Column]:
    at = MONDAY + timedelta(**after)
    team = Team.objects.get(name="field")
    found = columns_of(team, world.cast.sven, in_force().agreement, opened or Opened(), at)
    return {column.name: column for column in found}


def only(world: World, user: User) -> None:
    """Everybody's next leads go to one of the team."""
    Membership.objects.update(weight=0)
    Membership.objects.filter(user=user).update(weight=1)


def test_everybody_of_the_team_has_a_column_and_others_have_none(world: World, cast: Cast) -> None:
    User.objects.filter(pk=cast.tom.pk).update(is_active=False)
    join_team(User.objects.create_user("ana@test.works", "Ana", Role.SALES), "field")
    assert list(columns(world)) == ["Ana", "Priya"]


def test_what_is_due_first_stands_on_top_and_what_has_no_deadline_last(world: World, cast: Cast) -> None:
    only(world, cast.priya)
    calm, idle, urgent = world.offered(), world.offered(), world.demo_request()
    for lead in (calm, idle):
        decisions.accept(lead.pk, by=cast.priya, at=MONDAY)
    for clock in idle.offers.get().clocks.filter(stopped_at=None):
        clock.stopped_at, clock.outcome, clock.next_check_at = MONDAY, "void", None
        clock.save()
    mine = columns(world)["Priya"]
    assert [card.row.lead_id for card in mine.cards] == [urgent.pk, calm.pk, idle.pk]
    assert (mine.tally.total, mine.load, mine.more) == (3, 3, 0)


def test_a_lead_is_at_risk_from_the_first_reminder_and_late_after_its_deadline(world: World, cast: Cast) -> None:
    """The agreement reminds at 80 % of 15 minutes."""
    only(world, cast.priya)
    world.demo_request()
    for minutes, tally, soon_seconds in ((11, (0, 0), 180), (12, (0, 1), 10**9), (15, (1, 0), 0)):
        mine = columns(world, minutes=minutes)["Priya"]
        assert (mine.tally.late, mine.tally.risky) == tally, minutes
        if minutes < 15:
            assert mine.cards[0].soon_seconds == soon_seconds
    sweep(MONDAY + timedelta(minutes=12))  # the clock has moved on to its next step, and says that it has reminded
    assert columns(world, minutes=13)["Priya"].tally.risky == 1
    assert columns(world, minutes=13)["Priya"].cards[0].soon_seconds == 10**9


def test_what_is_due_in_two_hours_counts_and_what_is_due_later_does_not(world: World, cast: Cast) -> None:
    only(world, cast.priya)
    lead = world.offered()
    clock = lead.offers.get().clocks.earliest("due_at")
    before = clock.due_at - AHEAD - MONDAY
    assert columns(world, seconds=int(before.total_seconds()) - 1)["Priya"].tally.ahead == 0
    assert columns(world, seconds=int(before.total_seconds()))["Priya"].tally.ahead == 1


def test_a_lead_on_hold_is_in_nobodys_debt(world: World, cast: Cast) -> None:
    only(world, cast.priya)
    lead = world.demo_request()
    questions.ask(lead.pk, "Which site?", by=cast.priya, at=MONDAY + timedelta(minutes=1))
    mine = columns(world, days=2)["Priya"]
    assert (mine.tally.late, mine.cards[0].row.question) == (0, "Which site?")


def test_what_waits_without_owner_and_in_a_named_queue_has_columns_of_its_own(world: World, cast: Cast) -> None:
    Membership.objects.update(weight=0)
    one, other = world.offered(), world.offered()
    Offer.objects.filter(lead=other).update(named_queue="key_accounts")
    found = columns(world)
    assert list(found) == ["Without owner", "Queue: key accounts", "Priya", "Tom"]
    assert [card.row.lead_id for card in found["Without owner"].cards] == [one.pk]
    assert [card.row.lead_id for card in found["Queue: key accounts"].cards] == [other.pk]


def test_a_column_shows_its_first_cards_and_the_page_that_was_opened(world: World, cast: Cast) -> None:
    only(world, cast.priya)
    for _ in range(SHOWN + 3):
        world.offered()
    mine = columns(world)["Priya"]
    assert (len(mine.cards), mine.more) == (SHOWN, 3)
    opened = columns(world, Opened(f"u{cast.priya.pk}"))["Priya"]
    assert (len(opened.cards), opened.more, opened.page) == (SHOWN + 3, 0, 1)
    first = [card.row.lead_id for card in mine.cards]
    assert [card.row.lead_id for card in opened.cards][:SHOWN] == first
    beyond = columns(world, Opened(f"u{cast.priya.pk}", 2))["Priya"]
    assert (beyond.cards, beyond.more) == ((), 0)


def test_load_counts_the_leads_of_all_teams_and_says_who_is_full_or_away(world: World, cast: Cast) -> None:
    join_team(cast.priya, "enterprise")
    only(world, cast.priya)
    lead = world.offered()
    Membership.objects.filter(user=cast.priya, team__name="field").update(capacity=1)
    Leave.objects.create(user=cast.tom, start=MONDAY, end=MONDAY + timedelta(days=3))
    found = columns(world, hours=1)
    assert (found["Priya"].load, found["Priya"].full, found["Priya"].back) == (1, True, None)
    assert (found["Tom"].full, found["Tom"].back) == (False, MONDAY + timedelta(days=3))
    assert Lead.objects.get(pk=lead.pk).owner == cast.priya


def test_the_number_of_queries_is_that_of_an_empty_board(
    world: World, cast: Cast, django_assert_num_queries: object
) -> None:
    team, law = Team.objects.get(name="field"), in_force().agreement
    for _ in range(3):
        world.offered()
    with django_assert_num_queries(11):  # type: ignore[operator]
        columns_of(team, cast.sven, law, Opened(), MONDAY)
    for _ in range(9):
        world.offered()
    with django_assert_num_queries(11):  # type: ignore[operator]
        columns_of(team, cast.sven, law, Opened(), MONDAY)
