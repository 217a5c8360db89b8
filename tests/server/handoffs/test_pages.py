"""The pages of the queue and of a lead: who may open them, what they say, and what they cost."""

import re
from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries
from tests.server.conftest import MONDAY, Cast, World
from tests.server.handoffs.conftest import Present, SignIn

from accord.server.accounts.models import Leave, User
from accord.server.handoffs import decisions
from accord.server.handoffs.models import Offer
from accord.server.people.models import Touchpoint
from accord.server.pipeline.models import Deal, Lead
from accord.server.pipeline.services import reopen

HTMX = {"HX-Request": "true"}


def url(lead: Lead, name: str = "lead") -> str:
    return reverse(name, args=[lead.pk])


def owner_of(lead: Lead) -> User:
    lead.refresh_from_db()
    assert lead.owner is not None
    return lead.owner


def lent(world: World) -> Lead:
    lead = world.offered()
    decisions.reject(lead.pk, reason="no_contact", note="switchboard only", by=owner_of(lead), at=MONDAY)
    return lead


@pytest.mark.django_db
@pytest.mark.parametrize("path", ["/queue/", "/leads/1/", "/leads/1/timeline/", "/leads/1/reject/"])
def test_nobody_sees_anything_before_they_sign_in(path: str) -> None:
    answer = Client().get(path)
    assert answer.status_code == 302
    assert answer.headers["Location"].startswith("/accounts/login/")


@pytest.mark.parametrize(
    ("who", "status"), [("priya", 200), ("sven", 200), ("olga", 200), ("alma", 200), ("mara", 403), ("xenia", 403)]
)
def test_the_queue_is_for_sales_operations_and_the_agency(
    world: World, cast: Cast, sign_in: SignIn, who: str, status: int
) -> None:
    world.offered()
    answer = sign_in(getattr(cast, who)).get("/queue/")
    assert answer.status_code == status
    if status == 403:
        assert "Your role does not allow you to open this page" in answer.content.decode()


@pytest.mark.parametrize("who", ["priya", "tom", "sven", "olga", "mara", "xenia"])
def test_everybody_on_the_staff_reads_every_lead(world: World, cast: Cast, sign_in: SignIn, who: str) -> None:
    lead = world.offered()
    answer = sign_in(getattr(cast, who)).get(url(lead))
    assert answer.status_code == 200
    assert str(lead.person) in answer.content.decode()


def test_a_lead_that_does_not_exist_is_not_found(revision: object, cast: Cast, sign_in: SignIn) -> None:
    assert sign_in(cast.priya).get("/leads/999/").status_code == 404
    assert sign_in(cast.priya).get("/leads/999/timeline/").status_code == 404


def test_the_agency_reads_what_is_lent_to_it_and_knows_of_no_other_lead(
    world: World, cast: Cast, sign_in: SignIn
) -> None:
    """Lesson 28."""
    mine, other = lent(world), world.offered()
    agency = sign_in(cast.alma)
    page = agency.get("/queue/").content.decode()
    assert str(mine.person) in page
    assert mine.person.email in page
    assert str(other.person) not in page
    assert agency.get(url(mine)).status_code == 200
    assert agency.get(url(other)).status_code == 404
    assert agency.get(url(mine, "lead_timeline")).status_code == 403
    assert agency.get(url(other, "lead_log")).status_code == 403


def test_the_agency_reads_neither_owners_nor_deals_nor_notes(world: World, cast: Cast, sign_in: SignIn) -> None:
    lead = lent(world)
    Deal.objects.create(lead=lead, name="Secret deal", currency="EUR", opened_at=MONDAY)
    page = sign_in(cast.alma).get(url(lead)).content.decode()
    assert "Secret deal" not in page
    assert owner_of(lead).name not in page.replace(cast.alma.name, "")
    assert "switchboard only" not in page
    assert "<form" not in page.split('id="lead-body"')[1].split("</main>")[0]


def test_only_who_may_work_a_lead_is_offered_its_verbs(world: World, cast: Cast, sign_in: SignIn) -> None:
    lead = world.offered()
    other = cast.tom if owner_of(lead) == cast.priya else cast.priya
    accept = f'action="{url(lead, "lead_accept")}"'
    for user in (owner_of(lead), cast.sven, cast.olga):
        assert accept in sign_in(user).get(url(lead)).content.decode()
    for user in (other, cast.mara, cast.xenia):
        assert accept not in sign_in(user).get(url(lead)).content.decode()


def test_the_queue_says_whom_to_call_by_when_in_the_readers_zone(world: World, sign_in: SignIn) -> None:
    lead = world.demo_request()
    page = sign_in(owner_of(lead)).get("/queue/").content.decode()
    assert f"Call {lead.person} before 10:15" in page  # 09:15 UTC, in Berlin
    assert "Asked for a demo this week" in page
    assert 'href="tel:+49891234"' in page
    assert f'href="mailto:{lead.person.email}"' in page
    assert re.search(r"<title>\(1\) Queue", page)


def test_an_empty_queue_says_that_the_next_lead_comes_by_itself(revision: object, cast: Cast, sign_in: SignIn) -> None:
    page = sign_in(cast.priya).get("/queue/").content.decode()
    assert "Nothing waits for you" in page
    assert "The next lead comes by itself" in page


def test_the_queue_works_before_any_agreement_is_in_force(cast: Cast, sign_in: SignIn) -> None:
    assert sign_in(cast.priya).get("/queue/").status_code == 200
    assert sign_in(cast.alma).get("/queue/").status_code == 200


def test_htmx_gets_the_list_alone_and_caches_must_keep_both_apart(world: World, sign_in: SignIn) -> None:
    lead = world.offered()
    client = sign_in(owner_of(lead))
    whole, part = client.get("/queue/"), client.get("/queue/", headers=HTMX)
    assert "<html" in whole.content.decode()
    assert "<html" not in part.content.decode()
    assert 'id="queue"' in part.content.decode()
    assert "HX-Request" in whole.headers["Vary"]
    assert "HX-Request" in part.headers["Vary"]


@pytest.mark.parametrize("query", ["?scope=nobodys", "?show=x", "?page=0", "?page=many", "?q=%00", "?scope=team"])
def test_an_odd_address_shows_the_first_list(world: World, sign_in: SignIn, query: str) -> None:
    lead = world.offered()
    assert sign_in(owner_of(lead)).get(f"/queue/{query}").status_code == 200


def test_a_salesperson_cannot_ask_for_the_teams_list(world: World, cast: Cast, sign_in: SignIn) -> None:
    lead = world.offered()
    other = cast.tom if owner_of(lead) == cast.priya else cast.priya
    assert str(lead.person) not in sign_in(other).get("/queue/?scope=team").content.decode()


def test_the_search_is_kept_in_its_field(world: World, cast: Cast, sign_in: SignIn) -> None:
    page = sign_in(cast.priya).get('/queue/?q="><script>').content.decode()
    assert "<script>&quot;" not in page
    assert "&quot;&gt;&lt;script&gt;" in page
    assert "Nothing like that here" in page


def test_the_queue_costs_no_more_queries_for_twenty_leads(
    world: World, cast: Cast, sign_in: SignIn, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    client = sign_in(cast.olga)
    for _ in range(20):
        world.offered()
    client.get("/queue/")
    with django_assert_max_num_queries(20):
        client.get("/queue/")


def test_a_lead_costs_no_more_queries_however_much_happened(
    world: World, sign_in: SignIn, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    lead = world.offered()
    for _ in range(60):
        world.happens(lead, "page_viewed", path="/x")
    client = sign_in(owner_of(lead))
    client.get(url(lead))
    with django_assert_max_num_queries(32):
        client.get(url(lead))


def test_the_page_of_a_lead_says_why_it_stands_there_and_what_is_missing(
    world: World, sign_in: SignIn, present: Present
) -> None:
    lead = world.offered()
    page = sign_in(owner_of(lead)).get(url(lead)).content.decode()
    assert "50 or more staff" in page
    assert re.search(r"To become .*SQL.* it still takes, checked by sales", page, re.S)
    assert "The budget is approved" in page
    assert "not known" in page


def test_the_points_add_up_and_say_what_is_left_tomorrow(world: World, sign_in: SignIn, present: Present) -> None:
    lead = world.offered()
    for _ in range(6):
        world.happens(lead, "page_viewed", path="/pricing")
    page = sign_in(owner_of(lead)).get(url(lead)).content.decode()
    engagement = page.split("<caption>")[2]
    figures = [float(one) for one in re.findall(r'<td class="number[^"]*">(-?[\d.]+)</td>', engagement)]
    *lines, now, tomorrow = figures
    assert (now, tomorrow) == (35.0, 34.66)  # 15 for the webinar, 20 of 30 for the pages by their cap; by hand
    assert sum(lines[0::2]) == pytest.approx(now)
    assert sum(lines[1::2]) == pytest.approx(tomorrow)
    assert "Cut at the cap" in engagement


def test_points_that_were_taken_back_are_said_with_what_gave_the_robot_away(
    world: World, sign_in: SignIn, present: Present
) -> None:
    lead = world.offered()
    for _ in range(3):
        world.happens(lead, "page_viewed", path="/pricing")
    page = url(lead)
    reader = sign_in(owner_of(lead))
    assert "Without points" not in reader.get(page).content.decode()
    Touchpoint.objects.filter(event="page_viewed").update(counts=False, why_not="opened all 3 links within ten seconds")
    shown = reader.get(page).content.decode()
    assert "<li>Page viewed, 3 times: it opened all 3 links within ten seconds</li>" in shown
    assert [float(one) for one in re.findall(r'<td class="number[^"]*">(-?[\d.]+)</td>', shown.split("<caption>")[2])][
        -2
    ] == 15.0


def test_the_history_shows_who_decided_under_which_revision_and_how_long_each_stage_lasted(
    world: World, sign_in: SignIn, present: Present
) -> None:
    lead = world.offered()
    owner = owner_of(lead)
    decisions.accept(lead.pk, by=owner, at=present.passes(minutes=30))
    page = sign_in(owner).get(url(lead)).content.decode()
    table = page.split('id="stages-title"')[1]
    assert "30 min" in table
    assert f"{owner.name}" in table
    assert "revision 1" in table
    assert "still there" in table


def test_the_stream_tells_why_this_owner_and_why_not_the_others(world: World, cast: Cast, sign_in: SignIn) -> None:
    Leave.objects.create(user=cast.tom, start=MONDAY - timedelta(days=1), end=MONDAY + timedelta(days=1))
    lead = world.offered()
    page = sign_in(cast.priya).get(url(lead)).content.decode()
    assert "Why this owner, and why not the others" in page
    assert "<strong>Tom</strong>: on leave until" in page


def test_the_cycles_of_a_person_are_linked_with_why_each_ended(world: World, sign_in: SignIn) -> None:
    """Lesson 27."""
    lead = world.offered()
    owner = owner_of(lead)
    decisions.reject(lead.pk, reason="not_now", by=owner, at=MONDAY)
    lead.refresh_from_db()
    again = reopen(lead, at=MONDAY + timedelta(days=90), reason="Its return date has come")
    assert again is not None
    page = sign_in(owner).get(url(again)).content.decode()
    assert f'href="{url(lead)}"' in page
    assert "Bad timing" in page
    assert "Cycle 2" in page
    assert f'href="{url(again)}"' in sign_in(owner).get(url(lead)).content.decode()


def test_a_deal_says_what_is_odd_about_it(world: World, sign_in: SignIn) -> None:
    lead = world.offered()
    Deal.objects.create(
        lead=lead, name="Gauges", amount="120.50", currency="EUR", opened_at=MONDAY, flags=["won_before_first_contact"]
    )
    page = sign_in(owner_of(lead)).get(url(lead)).content.decode()
    assert "€120.50" in page
    assert "Won before the first contact" in page


def test_the_stream_is_paged_without_losing_or_doubling_anything(
    world: World, sign_in: SignIn, present: Present
) -> None:
    lead = world.offered()
    for number in range(60):
        world.happens(lead, "page_viewed", MONDAY - timedelta(minutes=number // 7), path=f"/p{number}")
    client = sign_in(owner_of(lead))
    page = client.get(url(lead)).content.decode()
    seen: list[str] = re.findall(r"path: (/p\d+)", page)
    while more := re.search(r'hx-get="([^"]+after=[^"]+)"', page):
        answer = client.get(more[1].replace("&amp;", "&"), headers=HTMX)
        page = answer.content.decode()
        assert "<html" not in page
        seen += re.findall(r"path: (/p\d+)", page)
    assert sorted(seen) == sorted(f"/p{number}" for number in range(60))


@pytest.mark.parametrize(
    ("kind", "says", "says_not"),
    [
        ("touchpoints", "Webinar attended", "Offered to"),
        ("handoffs", "Offered to", "Webinar attended"),
        ("stages", "Lead → MQL", "Webinar attended"),
        ("attempts", "Nothing of this kind yet", "Offered to"),
        ("clocks", "Nothing of this kind yet", "Offered to"),
    ],
)
def test_the_stream_can_be_narrowed_to_one_kind(
    world: World, sign_in: SignIn, kind: str, says: str, says_not: str
) -> None:
    lead = world.offered()
    client = sign_in(owner_of(lead))
    for headers in ({}, HTMX):
        page = client.get(f"{url(lead, 'lead_timeline')}?kind={kind}", headers=headers).content.decode()
        assert says in page
        assert says_not not in page


@pytest.mark.parametrize(
    "after",
    [
        "x",
        "a_b_c",
        "2026-03-02_0_1",
        "2026-03-02T09:00:00+00:00_0_-1",
        "9999-12-31T23:59:59-23:59_0_1",
        "0001-01-01T00:00:00+23:59_0_1",
    ],
)
def test_a_place_that_was_never_given_out_is_refused(world: World, sign_in: SignIn, after: str) -> None:
    lead = world.offered()
    answer = sign_in(owner_of(lead)).get(url(lead, "lead_timeline"), {"after": after})
    assert answer.status_code == 400


def test_times_in_the_stream_have_their_whole_date_on_hover(world: World, sign_in: SignIn) -> None:
    lead = world.offered()
    page = sign_in(owner_of(lead)).get(url(lead)).content.decode()
    assert 'title="Monday 2 March 2026, 10:00 CET"' in page


def test_an_ended_lead_says_where_it_went_and_offers_nothing(world: World, sign_in: SignIn, present: Present) -> None:
    lead = world.offered()
    owner = owner_of(lead)
    decisions.reject(lead.pk, reason="not_now", by=owner, at=MONDAY)
    present.passes(hours=1)
    page = sign_in(owner).get(url(lead)).content.decode()
    assert "Recycled: Bad timing" in page
    assert url(lead, "lead_accept") not in page
    assert url(lead, "lead_take_back") not in page
    assert Offer.objects.get(lead=lead).status == "rejected"
