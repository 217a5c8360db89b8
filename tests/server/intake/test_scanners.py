"""Mail filters that open the links of a mail: what they did is kept, and changes nothing."""

from datetime import datetime, timedelta

import pytest
from tests.server.conftest import MONDAY
from tests.server.intake.conftest import Site

from accord.server.people.models import Person, Touchpoint
from accord.server.pipeline.models import Lead
from accord.server.tracking.log import append

LINKS = ["/offer", "/pricing", "/unsubscribe"]
MAIL = {"email_id": "autumn-1"}


@pytest.fixture
def ada(site: Site) -> Person:
    site.send("identify", MONDAY - timedelta(days=1), by=site.server, userId="ada", traits={"email": "ada@c.example"})
    site.take()
    return Person.objects.get()


def after(seconds: float) -> datetime:
    return MONDAY + timedelta(seconds=seconds)


def happens(site: Site, event: str, seconds: float, **properties: object) -> None:
    site.send("track", after(seconds), by=site.server, userId="ada", event=event, properties=MAIL | properties)


def clicks(site: Site, *links: tuple[str, float]) -> None:
    for link, seconds in links:
        happens(site, "Email Link Clicked", seconds, link_url=link)


def counting() -> list[tuple[str, int]]:
    """What counts, with the seconds after the hour at which it happened."""
    kept = Touchpoint.objects.filter(counts=True).order_by("at")
    return [(each.event, int((each.at - MONDAY).total_seconds())) for each in kept]


def test_a_filter_that_opens_every_link_changes_neither_score_nor_consent(site: Site, ada: Person) -> None:
    """Lesson 14: the link to unsubscribe included; what she does herself, before and afterwards, stays hers."""
    happens(site, "Email Delivered", 0, links=LINKS)
    happens(site, "Email Opened", 1)
    clicks(site, ("/offer", 3), ("/pricing", 5))
    happens(site, "Unsubscribed", 7, link_url="/unsubscribe")
    happens(site, "Email Opened", 3600)
    clicks(site, ("/offer", 3605))
    site.take()
    assert counting() == [("email_delivered", 0), ("email_opened", 3600), ("email_link_clicked", 3605)]
    assert set(Touchpoint.objects.filter(counts=False).values_list("why_not", flat=True)) == {
        "opened all 3 links within ten seconds"
    }
    assert Touchpoint.objects.filter(person=ada).count() == 7, "everything is kept"


def test_the_points_of_a_filter_are_taken_back_when_it_shows_itself(site: Site, ada: Person) -> None:
    """Lesson 14, with the last click in a later batch: here a visit to the pages counts 5 points each."""
    happens(site, "Email Delivered", 0, links=["/offer", "/pricing"])
    clicks(site, ("/offer", 3))
    site.take()
    assert ("email_link_clicked", 3) in counting()
    lead = Lead.objects.get()
    Lead.objects.update(review_at=None)
    clicks(site, ("/pricing", 4))
    site.take()
    assert counting() == [("email_delivered", 0)]
    lead.refresh_from_db()
    assert lead.review_at is not None, "the lead is judged again"


def test_who_unsubscribes_after_reading_has_done_so(site: Site, ada: Person) -> None:
    happens(site, "Email Delivered", 0, links=LINKS)
    clicks(site, ("/offer", 30))
    happens(site, "Unsubscribed", 34, link_url="/unsubscribe")
    site.take()
    assert counting() == [("email_delivered", 0), ("email_link_clicked", 30), ("unsubscribed", 34)]


def test_where_nobody_says_which_links_a_mail_has_three_in_ten_seconds_are_a_filters(site: Site, ada: Person) -> None:
    clicks(site, ("/a", 0), ("/b", 1), ("/c", 2))
    clicks(site, ("/a", 100), ("/b", 101))
    site.take()
    assert counting() == [("email_link_clicked", 100), ("email_link_clicked", 101)]


def test_a_trap_that_is_opened_gives_away_what_was_clicked_around_it(site: Site, ada: Person) -> None:
    clicks(site, ("/offer", 3))
    clicks(site, ("/offer", 60))
    site.take()
    trapped = {"type": "track", "event": "Email Trap Opened", "userId": "Ada@c.example", "messageId": "t1"}
    append(site.browser, [trapped | {"properties": {"mail": "autumn-1"}}], received_at=after(5))
    site.take()
    assert counting() == [("email_link_clicked", 60)]
    assert Touchpoint.objects.get(event="email_trap_opened").why_not == "opened a link that no reader can see"


def test_a_trap_in_the_mail_of_nobody_we_know_makes_nobody(site: Site, ada: Person) -> None:
    trapped = {"type": "track", "event": "Email Trap Opened", "userId": "eve@c.example", "messageId": "t1"}
    append(site.browser, [trapped | {"properties": {"mail": "autumn-1"}}], received_at=MONDAY)
    site.take()
    assert (Person.objects.count(), Lead.objects.count(), Touchpoint.objects.count()) == (1, 1, 0)


def test_a_burst_on_one_mail_says_nothing_of_another_or_of_another_person(site: Site, ada: Person) -> None:
    clicks(site, ("/a", 0), ("/b", 1))
    site.send("track", after(2), by=site.server, userId="ada", event="Email Link Clicked",
              properties={"email_id": "winter", "link_url": "/c"})  # fmt: skip
    site.send("identify", MONDAY, by=site.server, userId="eve", traits={"email": "eve@c.example"})
    site.send("track", after(2), by=site.server, userId="eve", event="Email Link Clicked",
              properties=MAIL | {"link_url": "/d"})  # fmt: skip
    site.take()
    assert not Touchpoint.objects.filter(counts=False).exists()
