"""Notifications about leads by mail, through a real SMTP server."""

from datetime import timedelta

from django.db import transaction
from tests.server.conftest import MONDAY, World
from tests.server.postbox import Postbox

from accord.server.accounts.models import Membership, User
from accord.server.handoffs.decisions import pass_on
from accord.server.handoffs.escalation import sweep
from accord.server.handoffs.notices import Kind
from accord.server.handoffs.offers import offer_ready
from accord.server.handoffs.reoffering import reoffer_orphans
from accord.server.handoffs.taking import take
from accord.server.notifications.delivering import mail_due
from accord.server.notifications.models import Notification
from accord.server.people.models import Person

LATER = MONDAY + timedelta(minutes=1)


def test_a_name_of_several_lines_is_one_line_of_a_mail(world: World, postbox: Postbox) -> None:
    """A name comes from a file or a form; it may add neither a header to a mail nor a paragraph to its text."""
    lead = world.mql()
    Person.objects.filter(pk=lead.person_id).update(name="Anna\r\nBcc: all@test.works\n\nYour password has expired")
    offer_ready(MONDAY)
    assert mail_due(LATER) == 1
    [message] = postbox.mails
    said = " ".join(str(message["Subject"]).split())
    assert said.startswith("New lead: Anna Bcc: all@test.works Your password has expired, due")
    assert message["Bcc"] is None
    assert str(message.get_payload()).split("\r\n\r\n")[0].startswith("New lead: Anna Bcc: ")


def test_a_new_lead_is_mailed_to_its_owner_with_the_deadline_in_their_zone(world: World, postbox: Postbox) -> None:
    lead = world.demo_request()
    assert mail_due(LATER) == 1
    [message] = postbox.mails
    assert lead.owner is not None
    assert message["To"] == lead.owner.email
    assert message["Subject"] == f"New lead: {lead.person}, due Mon 02 Mar 10:15"
    assert f"/leads/{lead.pk}/" in str(message.get_payload())


class TestLessonEight:
    """Lesson 8: a notification leaves after the commit, to the real owner."""

    def test_a_rolled_back_offer_notifies_nobody(self, world: World, postbox: Postbox) -> None:
        world.mql()
        with transaction.atomic():
            assert offer_ready(MONDAY) == 1
            transaction.set_rollback(True)
        assert mail_due(LATER) == 0
        assert postbox.mails == []

    def test_a_lead_that_moved_on_is_not_announced_to_its_former_owner(self, world: World, postbox: Postbox) -> None:
        lead = world.demo_request()
        former = lead.owner
        assert former is not None
        User.objects.filter(pk=former.pk).update(is_active=False)
        reoffer_orphans(MONDAY)
        mail_due(LATER)
        lead.refresh_from_db()
        assert lead.owner is not None
        assert [message["To"] for message in postbox.mails] == [lead.owner.email]

    def test_a_reminder_of_a_lead_from_the_queue_goes_to_nobody_who_passed_it_on(
        self, world: World, postbox: Postbox
    ) -> None:
        tom, priya = world.cast.tom, world.cast.priya
        Membership.objects.filter(team__name="field").update(capacity=0)
        lead = world.demo_request()
        take(lead.pk, by=tom, at=MONDAY)
        sweep(MONDAY + timedelta(minutes=12))
        assert Notification.objects.get(kind=Kind.REMINDER).user == tom
        Membership.objects.filter(user=priya).update(capacity=None)
        pass_on(lead.pk, by=tom, at=MONDAY + timedelta(minutes=13))
        mail_due(MONDAY + timedelta(minutes=14))
        assert [message["To"] for message in postbox.mails] == [priya.email]
