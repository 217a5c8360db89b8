"""How people are told: as they chose, and outside of their quiet hours nothing but the bell."""

from collections.abc import Sequence
from datetime import UTC, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.utils.module_loading import import_string
from tests.server.conftest import MONDAY, Cast
from tests.server.notifications.conftest import tell
from tests.server.postbox import Postbox

from accord.clock import Absence, Calendar, Hours
from accord.server import settings as of_the_product
from accord.server.accounts.models import User
from accord.server.agreements.telling import Kind as RevisionKind
from accord.server.disputes.notices import Kind as DisputeKind
from accord.server.duplicates.notices import Kind as DuplicateKind
from accord.server.handoffs.notices import Kind as LeadKind
from accord.server.notifications.delivering import mail_due
from accord.server.notifications.groups import Group, group_of
from accord.server.notifications.models import Choice, Delivery, Habits, Notification
from accord.server.notifications.outbox import notify, ring
from accord.server.notifications.planning import plan
from accord.server.notifications.preferences import choices_of, choose, habits_of
from accord.server.watch.looking import KIND as BLACK_HOLE

HOUR = timedelta(hours=1)
MINUTE = timedelta(minutes=1)
NIGHT = MONDAY + 10 * HOUR
"""Monday, 20:00 in Berlin."""
MORNING = MONDAY + 23 * HOUR
"""Tuesday, 09:00 in Berlin."""
THREE = MONDAY + 5 * HOUR
"""Monday, 15:00 in Berlin."""
LEAVE: dict[str, tuple[Absence, ...]] = {}


def nine_to_five(user: User, at: datetime) -> Sequence[Calendar]:
    """Working hours as a room above would give them: Monday to Friday on the clock of their zone."""
    if user.name == "Xenia":
        msg = "nobody knows when she works"
        raise LookupError(msg)
    week = {day: (Hours(time(9), time(17)),) for day in range(5)}
    return [Calendar("office", ZoneInfo(user.zone), week, absences=LEAVE.get(user.name, ()))]


@pytest.fixture(autouse=True)
def hours(settings: Any) -> None:
    settings.NOTIFICATIONS_HOURS = "tests.server.notifications.test_planning.nine_to_five"
    LEAVE.clear()


def chosen(user: User, habits: Habits | None = None, **mail: str) -> None:
    choices = [Choice(group=Group(group), mail=how) for group, how in mail.items()]
    choose(user, habits or Habits(), choices, at=MONDAY)


def subjects(postbox: Postbox) -> list[tuple[str, str]]:
    return [(str(mail["To"]).partition("@")[0], str(mail["Subject"])) for mail in postbox.mails]


KINDS = [*LeadKind, *RevisionKind, *DisputeKind, *DuplicateKind, BLACK_HOLE]


@pytest.mark.parametrize(
    ("kind", "group"),
    [
        ("lead.offered", "leads"),
        ("duplicate.merged", "leads"),
        ("lead.reminder", "reminders"),
        ("lead.escalation", "late"),
        ("lead.stays", "late"),
        ("watch.black_hole", "late"),
        ("lead.question", "questions"),
        ("lead.answered", "questions"),
        ("dispute.opened", "questions"),
        ("revision.proposed", "agreement"),
    ],
)
def test_each_kind_is_in_the_group_in_which_people_look_for_it(kind: str, group: str) -> None:
    assert group_of(kind) == group
    assert kind in KINDS, "no room says this any more"


def test_no_group_is_empty() -> None:
    assert {group_of(kind) for kind in KINDS} == set(Group)


def test_whoever_has_chosen_nothing_is_mailed_at_once_while_they_work(cast: Cast, postbox: Postbox) -> None:
    tell(cast.mara)
    assert mail_due(MONDAY) == 1
    assert Delivery.objects.get().channel == "mail"


class TestQuiet:
    def test_at_night_nothing_but_the_bell_and_in_the_morning_one_mail(self, cast: Cast, postbox: Postbox) -> None:
        tell(cast.mara, about="row:1")
        tell(cast.mara, about="row:2", text="It still leaks")
        assert mail_due(NIGHT) == 0
        assert cast.mara.notifications.filter(seen_at=None).count() == 2
        assert mail_due(MORNING - MINUTE) == 0
        assert mail_due(MORNING) == 1
        assert subjects(postbox) == [("mara", "2 notices. First: The roof leaks")]

    def test_on_friday_evening_it_waits_until_monday(self, cast: Cast) -> None:
        tell(cast.mara)
        plan(datetime(2026, 3, 6, 17, 0, tzinfo=UTC))
        assert Delivery.objects.get().slot == datetime(2026, 3, 9, 8, 0, tzinfo=UTC)

    def test_everybody_begins_on_the_clock_of_their_own_zone(self, cast: Cast, postbox: Postbox) -> None:
        User.objects.filter(pk=cast.tom.pk).update(zone="America/New_York")
        tell(cast.mara, cast.tom)
        mail_due(MONDAY)
        assert subjects(postbox) == [("mara", "The roof leaks")]
        assert Delivery.objects.get(notification__user=cast.tom).slot == datetime(2026, 3, 2, 14, 0, tzinfo=UTC)

    def test_whoever_is_on_leave_is_told_when_they_are_back(self, cast: Cast, postbox: Postbox) -> None:
        LEAVE["Mara"] = (Absence(MONDAY - HOUR, MONDAY + 4 * HOUR),)
        tell(cast.mara)
        assert mail_due(MONDAY) == 0
        assert mail_due(MONDAY + 4 * HOUR) == 1

    def test_what_was_seen_in_the_page_meanwhile_is_not_mailed(self, cast: Cast, postbox: Postbox) -> None:
        tell(cast.mara, about="row:1")
        tell(cast.mara, about="row:2", text="It still leaks")
        mail_due(NIGHT)
        Notification.objects.filter(about="row:1").update(seen_at=NIGHT)
        assert mail_due(MORNING) == 1
        assert subjects(postbox) == [("mara", "It still leaks")]

    def test_what_is_over_by_the_morning_is_not_mailed(self, cast: Cast, postbox: Postbox) -> None:
        tell(cast.mara, about="row:1")
        tell(cast.mara, about="row:2", text="It still leaks")
        mail_due(NIGHT)
        Notification.objects.filter(about="row:1").update(about="row:over")
        assert mail_due(MORNING) == 1
        assert subjects(postbox) == [("mara", "It still leaks")]

    def test_it_can_be_switched_off(self, cast: Cast, postbox: Postbox) -> None:
        chosen(cast.mara, Habits(quiet=False))
        tell(cast.mara)
        assert mail_due(NIGHT) == 1

    @pytest.mark.parametrize(("breaks", "urgent", "mails"), [(True, True, 1), (True, False, 0), (False, True, 0)])
    def test_a_lead_on_the_fast_lane_breaks_it_for_whoever_says_so(
        self, cast: Cast, postbox: Postbox, breaks: bool, urgent: bool, mails: int
    ) -> None:
        chosen(cast.mara, Habits(fast_lane=breaks))
        notify([cast.mara.pk], "room.news", "Call", about="row:1", link="/", at=NIGHT, urgent=urgent)
        assert mail_due(NIGHT) == mails

    def test_whoever_changes_it_at_night_gets_what_waits_by_what_they_say_now(
        self, cast: Cast, postbox: Postbox
    ) -> None:
        tell(cast.mara)
        mail_due(NIGHT)
        chosen(cast.mara, Habits(quiet=False))
        assert mail_due(NIGHT + MINUTE) == 1
        assert mail_due(MORNING) == 0


class TestDigest:
    def test_it_comes_once_a_day_with_what_is_due_first_in_front(self, cast: Cast, postbox: Postbox) -> None:
        chosen(cast.mara, Habits(digest_at=time(15)), leads="digest")
        for number, due in enumerate((None, MONDAY + 9 * HOUR, MONDAY + 8 * HOUR)):
            notify(
                [cast.mara.pk],
                "room.news",
                f"News {number}",
                about=f"row:{number}",
                link=f"/leads/{number}/",
                at=MONDAY,
                due=due,
            )
        assert mail_due(THREE - MINUTE) == 0
        assert mail_due(THREE) == 1
        [mail] = postbox.mails
        assert mail["Subject"] == "3 notices. First: News 2"
        paragraphs = str(mail.get_payload()).replace("\r\n", "\n").split("\n\n")
        site = "http://localhost:8000"
        assert paragraphs[:3] == [f"News {n}\n{site}/leads/{n}/" for n in (2, 1, 0)]
        assert paragraphs[3].strip() == f"When and how you are told: {site}/notifications/"

    def test_an_hourly_one_comes_at_the_full_hour_at_most_once(self, cast: Cast, postbox: Postbox) -> None:
        chosen(cast.mara, Habits(digest=Habits.Every.HOUR), leads="digest")
        for minutes in range(0, 120, 10):
            tell(cast.mara, about=f"row:{minutes}")
            mail_due(MONDAY + minutes * MINUTE + MINUTE)
        mail_due(MONDAY + 2 * HOUR)
        assert [str(mail["Subject"]).split()[0] for mail in postbox.mails] == ["6", "6"]

    def test_an_hour_outside_of_ones_hours_waits_for_the_next_one_within(self, cast: Cast, postbox: Postbox) -> None:
        chosen(cast.mara, Habits(digest=Habits.Every.HOUR), leads="digest")
        tell(cast.mara)
        mail_due(MONDAY + 6 * HOUR + 30 * MINUTE)
        assert Delivery.objects.get().slot == MORNING, "17:00 is no working time"

    def test_what_is_committed_while_it_leaves_comes_with_the_next(self, cast: Cast, postbox: Postbox) -> None:
        """Else there would be two mails for one day, or one that its reader's program takes for the other."""
        chosen(cast.mara, Habits(digest_at=time(15)), leads="digest")
        tell(cast.mara, about="row:1")
        plan(MONDAY)
        postbox.closed = True
        assert mail_due(THREE) == 0
        tell(cast.mara, about="row:late", text="Too late")
        plan(MONDAY + HOUR)  # by a worker whose clock is behind: for the same digest
        postbox.closed = False
        assert mail_due(THREE + 2 * MINUTE) == 1
        assert subjects(postbox) == [("mara", "The roof leaks")]
        assert Delivery.objects.get(notification__about="row:late").slot == THREE + 24 * HOUR
        assert mail_due(THREE + 24 * HOUR) == 1
        assert len({mail["Message-ID"] for mail in postbox.mails}) == 2

    def test_one_that_fails_is_tried_again_whole_and_under_the_same_id(self, cast: Cast, postbox: Postbox) -> None:
        chosen(cast.mara, Habits(digest_at=time(15)), leads="digest")
        tell(cast.mara, about="row:1")
        tell(cast.mara, about="row:2")
        mail_due(MONDAY)
        assert mail_due(THREE) == 1
        Delivery.objects.update(outcome="", ended_at=None, next_try_at=THREE + HOUR)
        assert mail_due(THREE + HOUR) == 1
        first, again = postbox.mails
        assert (first["Message-ID"], first["Subject"]) == (again["Message-ID"], again["Subject"])

    def test_nobody_gets_what_concerns_another(self, cast: Cast, postbox: Postbox) -> None:
        for user in (cast.mara, cast.tom):
            chosen(user, Habits(digest_at=time(15)), leads="digest")
            tell(user, about=f"row:{user.pk}", text=f"For {user.name}")
        mail_due(MONDAY)
        assert mail_due(THREE) == 2
        assert sorted(subjects(postbox)) == [("mara", "For Mara"), ("tom", "For Tom")]


def test_who_wants_no_mail_gets_none_and_hears_the_bell(cast: Cast, postbox: Postbox) -> None:
    chosen(cast.mara, leads="never")
    tell(cast.mara)
    assert mail_due(MONDAY) == 0
    assert cast.mara.notifications.get().planned
    assert not Delivery.objects.exists()


def test_each_group_is_chosen_by_itself_and_kept(cast: Cast) -> None:
    chosen(cast.mara, Habits(quiet=False, digest=Habits.Every.HOUR), reminders="never", late="digest")
    assert {str(group): choice.mail for group, choice in choices_of(cast.mara).items()} == {
        "leads": "now",
        "reminders": "never",
        "late": "digest",
        "questions": "now",
        "agreement": "now",
    }
    assert (habits_of(cast.mara).quiet, habits_of(cast.mara).digest) == (False, "hour")
    assert habits_of(cast.tom).quiet


def test_a_reader_of_whom_nobody_knows_when_they_work_is_mailed_at_once(cast: Cast, postbox: Postbox) -> None:
    """And holds up nobody else: Xenia's hours cannot be read."""
    tell(cast.xenia, cast.mara)
    assert mail_due(MONDAY) == 2


def test_what_rings_the_bell_alone_is_nowhere_else(cast: Cast, postbox: Postbox) -> None:
    ring([cast.mara.pk], "room.news", "Nobody is here", about="row:1", link="/", at=MONDAY)
    assert mail_due(MONDAY) == 0
    assert cast.mara.notifications.count() == 1


def test_the_hours_of_the_product_are_known() -> None:
    assert callable(import_string(of_the_product.NOTIFICATIONS_HOURS))
