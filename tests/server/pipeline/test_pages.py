"""The Leads page: for whom it is, what its filters and orders find, what it says, and what it costs."""

import re
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from tests.server.conftest import MONDAY, Cast, World

from accord.server.accounts.access import AccessError
from accord.server.accounts.models import User
from accord.server.handoffs.offers import offer_ready
from accord.server.people.models import Company, Person
from accord.server.pipeline.judging import judge_due
from accord.server.pipeline.models import DecidedBy, Lead, StageName
from accord.server.pipeline.queries import PAGE_SIZE, LeadFilter, leads_matching, stage_counts
from accord.server.pipeline.services import end, reopen

BUDGET = 14
"""Queries of the page: session and user, badges, agreement, held, counts, sources, owners, teams, ids, rows."""


@pytest.fixture(autouse=True)
def noon(monkeypatch: pytest.MonkeyPatch) -> None:
    """It is Monday 2 March 2026, noon in Berlin."""
    monkeypatch.setattr(timezone, "now", lambda: MONDAY + timedelta(hours=2))


@pytest.fixture(autouse=True)
def static_root(settings: Any, tmp_path: Path) -> None:
    """WhiteNoise warns where the folder of collected files is missing."""
    settings.STATIC_ROOT = tmp_path


def page(user: User, query: str = "", status: int = 200) -> str:
    client = Client()
    client.force_login(user)
    answer = client.get(f"/leads/{query}")
    assert answer.status_code == status
    return answer.content.decode()


def listed(user: User, query: str = "") -> list[str]:
    """The people of the list, in its order."""
    return re.findall(r"data-open>([^<]+)</a>", page(user, query))


def stage_pills(user: User, query: str = "") -> dict[str, int]:
    found = re.findall(r'stage-pill-name">([^<]+)</span><span class="stage-pill-count">([\d,]+)<', page(user, query))
    return {name: int(count.replace(",", "")) for name, count in found}


@pytest.fixture
def leads(world: World) -> dict[str, Lead]:
    """Six leads: Ada new and not stated, Ben MQL with Priya or Tom, Cem held for a phone, Dora customer, Eva, Finn."""

    def lead(name: str, company: str, source: str, days: int, **person: Any) -> Lead:
        made = world.lead(at=MONDAY - timedelta(days=days), source=source, **person)
        Person.objects.filter(pk=made.person_id).update(name=name)
        Company.objects.filter(pk=made.person.company_id).update(name=company)
        return made

    cast = {
        "ada": lead("Ada Lang", "Zeta Werke", "", 1, employees=10),
        "ben": lead("ben Weber", "Alpha AG", "referral", 3),
        "cem": lead("Cem Kaya", "Beta 100% GmbH", "Webinar", 40, phone=""),
        "dora": lead("Dora Weber", "Gamma", "unknown", 70),
        "eva": lead("Eva Li", "Delta", "referral", 400, employees=10),
        "finn": lead("", "Eta", "referral", 5, employees=10),
    }
    for name in ("ben", "cem"):
        world.happens(cast[name], "webinar_attended", MONDAY)
    judge_due(MONDAY)
    offer_ready(MONDAY)
    for made in cast.values():
        made.refresh_from_db()
    end(cast["dora"], StageName.CUSTOMER, at=MONDAY, decided_by=DecidedBy.USER, reason="won")
    end(cast["eva"], StageName.RECYCLED, at=MONDAY, decided_by=DecidedBy.USER, reason="not_now")
    return cast


FINN = "person6@c6.example"


@pytest.mark.django_db
@pytest.mark.parametrize("path", ["/leads/", "/leads/export/"])
def test_nobody_sees_leads_before_they_sign_in(path: str) -> None:
    answer = Client().get(path)
    assert answer.status_code == 302
    assert answer.headers["Location"].startswith("/accounts/login/")


@pytest.mark.parametrize("who", ["mara", "priya", "sven", "olga", "xenia"])
def test_the_staff_sees_every_open_lead(leads: dict[str, Lead], cast: Cast, who: str) -> None:
    assert set(listed(getattr(cast, who))) == {"Ada Lang", "ben Weber", "Cem Kaya", FINN}


@pytest.mark.parametrize("path", ["", "export/"])
def test_the_agency_is_refused_with_a_sentence(leads: dict[str, Lead], cast: Cast, path: str) -> None:
    said = page(cast.alma, path, status=403)
    assert "Your role does not allow you to open this page." in said
    assert "Ada" not in said


def test_the_reads_themselves_refuse_the_agency(leads: dict[str, Lead], cast: Cast) -> None:
    wanted = LeadFilter(zone=timezone.get_default_timezone())  # type: ignore[arg-type]
    for read in (leads_matching, stage_counts):
        with pytest.raises(AccessError, match="does not allow you"):
            read(cast.alma, wanted)


def test_the_page_only_reads(cast: Cast, revision: object) -> None:
    client = Client()
    client.force_login(cast.olga)
    assert client.post("/leads/").status_code == 405
    assert client.post("/leads/export/").status_code == 405


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("?show=open", ["Ada Lang", "ben Weber", FINN, "Cem Kaya"]),
        ("?show=ended", ["Dora Weber", "Eva Li"]),
        ("?show=all", ["Ada Lang", "ben Weber", FINN, "Cem Kaya", "Dora Weber", "Eva Li"]),
        ("?stage=mql", ["ben Weber", "Cem Kaya"]),
        ("?stage=customer", ["Dora Weber"]),
        ("?stage=mql&show=ended", ["Dora Weber", "Eva Li"]),
        ("?source=~", ["Ada Lang"]),
        ("?source=unknown&show=all", ["Dora Weber"]),
        ("?source=referral", ["ben Weber", FINN]),
        ("?held=1", ["Cem Kaya"]),
        ("?grade=B", ["ben Weber", "Cem Kaya"]),
        ("?grade=C", ["Ada Lang", FINN]),
        ("?owner=nobody", ["Ada Lang", FINN, "Cem Kaya"]),
        ("?owner=team:field", ["ben Weber"]),
        ("?owner=team:enterprise", []),
        ("?owner=queue:field", []),
        ("?period=today", []),
        ("?period=7d", ["Ada Lang", "ben Weber", FINN]),
        ("?period=30d", ["Ada Lang", "ben Weber", FINN]),
        ("?period=this-month", ["Ada Lang"]),
        ("?period=last-month", ["ben Weber", FINN]),
        ("?period=this-quarter", ["Ada Lang", "ben Weber", FINN, "Cem Kaya"]),
        ("?period=this-year&show=all", ["Ada Lang", "ben Weber", FINN, "Cem Kaya"]),
        ("?from=2026-02-25&to=2026-02-27", ["ben Weber", FINN]),
        ("?period=custom&to=2026-01-21", ["Cem Kaya"]),
        ("?q=weber", ["ben Weber"]),
        ("?q=WEBER+alpha", ["ben Weber"]),
        ("?q=weber&show=all", ["ben Weber", "Dora Weber"]),
        ("?q=c6.example", [FINN]),
        ("?q=100%25", ["Cem Kaya"]),
        ("?q=_", []),
        ("?q=weber+kaya", []),
    ],
)
def test_each_filter_finds_what_a_person_would_find(
    leads: dict[str, Lead], cast: Cast, query: str, found: list[str]
) -> None:
    assert listed(cast.olga, query) == found


def test_my_leads_are_those_that_i_own(leads: dict[str, Lead], cast: Cast) -> None:
    owner = leads["ben"].owner
    assert owner in {cast.priya, cast.tom}
    assert owner is not None
    other = cast.tom if owner == cast.priya else cast.priya
    assert listed(owner, "?owner=me") == ["ben Weber"]
    assert listed(other, "?owner=me") == []
    assert listed(cast.xenia, f"?owner=user:{owner.pk}") == ["ben Weber"]


def test_a_lead_in_a_queue_is_found_by_its_queue_and_its_team(leads: dict[str, Lead], cast: Cast) -> None:
    Lead.objects.filter(pk=leads["ben"].pk).update(owner=None, queue="field")
    assert listed(cast.olga, "?owner=queue:field") == ["ben Weber"]
    assert listed(cast.olga, "?owner=team:field") == ["ben Weber"]
    assert "In the queue of field" in page(cast.olga, "?owner=queue:field")


@pytest.mark.parametrize(
    ("sort", "found"),
    [
        ("person", ["Ada Lang", "ben Weber", "Cem Kaya", "Dora Weber", "Eva Li", FINN]),
        ("-person", [FINN, "Eva Li", "Dora Weber", "Cem Kaya", "ben Weber", "Ada Lang"]),
        ("company", ["ben Weber", "Cem Kaya", "Eva Li", FINN, "Dora Weber", "Ada Lang"]),
        ("stage", ["Ada Lang", FINN, "ben Weber", "Cem Kaya", "Dora Weber", "Eva Li"]),
        ("grade", ["ben Weber", "Cem Kaya", "Dora Weber", "Ada Lang", "Eva Li", FINN]),
        ("-fit", ["Dora Weber", "Cem Kaya", "ben Weber", FINN, "Eva Li", "Ada Lang"]),
        ("-engagement", ["Cem Kaya", "ben Weber", FINN, "Eva Li", "Dora Weber", "Ada Lang"]),
        ("source", ["ben Weber", "Eva Li", FINN, "Dora Weber", "Cem Kaya", "Ada Lang"]),
        ("-source", ["Cem Kaya", "Dora Weber", FINN, "Eva Li", "ben Weber", "Ada Lang"]),
        ("contact", ["Eva Li", "Dora Weber", "Cem Kaya", FINN, "ben Weber", "Ada Lang"]),
        ("nonsense", ["Ada Lang", "ben Weber", FINN, "Cem Kaya", "Dora Weber", "Eva Li"]),
    ],
)
def test_each_order_is_the_one_a_person_would_make(
    leads: dict[str, Lead], cast: Cast, sort: str, found: list[str]
) -> None:
    assert listed(cast.olga, f"?show=all&sort={sort}") == found


def test_who_has_no_owner_comes_last_either_way(leads: dict[str, Lead], cast: Cast) -> None:
    Lead.objects.filter(pk=leads["ada"].pk).update(owner=cast.tom)
    Lead.objects.filter(pk=leads["ben"].pk).update(owner=cast.priya)
    assert listed(cast.olga, "?sort=owner")[:2] == ["ben Weber", "Ada Lang"]
    assert listed(cast.olga, "?sort=-owner")[:2] == ["Ada Lang", "ben Weber"]


def test_the_last_moved_come_first_by_since(leads: dict[str, Lead], cast: Cast) -> None:
    Lead.objects.filter(pk=leads["cem"].pk).update(stage_since=MONDAY + timedelta(hours=1))
    assert listed(cast.olga, "?sort=-since")[0] == "Cem Kaya"
    assert listed(cast.olga, "?sort=since")[-1] == "Cem Kaya"


def test_the_stages_are_counted_under_all_other_filters(leads: dict[str, Lead], cast: Cast) -> None:
    every = stage_pills(cast.olga, "?show=all")
    assert every == {
        "Subscriber": 0, "Lead": 2, "MQL": 2, "SAL": 0, "SQL": 0, "Opportunity": 0,
        "Customer": 1, "Recycled": 1, "Disqualified": 0,
    }  # fmt: skip
    assert stage_pills(cast.olga, "?q=weber&stage=mql")["MQL"] == 1
    assert stage_pills(cast.olga, "?q=weber&stage=mql")["Lead"] == 0
    assert list(stage_pills(cast.olga, "?show=ended")) == ["Customer", "Recycled", "Disqualified"]


def test_a_chosen_stage_is_marked_and_its_link_takes_it_away(leads: dict[str, Lead], cast: Cast) -> None:
    shown = page(cast.olga, "?stage=mql&q=weber")
    link = re.search(r'<a href="([^"]*)" class="stage-pill stage-mql[^>]*aria-current="true"', shown)
    assert link is not None
    assert link[1] == "?q=weber&amp;show=open"


def test_a_person_who_came_back_shows_the_cycle(leads: dict[str, Lead], cast: Cast) -> None:
    reopen(leads["eva"], at=MONDAY, reason="Its return date has come")
    shown = page(cast.olga, "?q=eva")
    assert "cycle 2</span>" in shown
    assert "cycle 1</span>" not in page(cast.olga, "?q=eva&show=all")


@pytest.mark.parametrize(("who", "told"), [("mara", True), ("olga", True), ("priya", False), ("xenia", False)])
def test_marketing_is_told_which_leads_wait_for_a_field(
    leads: dict[str, Lead], cast: Cast, who: str, told: bool
) -> None:
    shown = page(getattr(cast, who))
    assert ("1 lead waits for marketing to fill in a field" in shown) is told
    assert ("Missing: person phone (1)." in shown) is told
    assert "needs phone" in shown


def test_nothing_waits_once_the_field_is_filled_in(leads: dict[str, Lead], cast: Cast) -> None:
    Lead.objects.filter(pk=leads["cem"].pk).update(held_for=[])
    assert "for marketing to fill in" not in page(cast.mara)


def test_each_row_leads_to_its_lead(leads: dict[str, Lead], cast: Cast) -> None:
    assert f'href="/leads/{leads["ada"].pk}/" data-open>Ada Lang' in page(cast.mara)


def test_before_the_first_import_the_page_says_how_to_import(cast: Cast) -> None:
    shown = page(cast.mara)
    assert "No leads yet" in shown
    assert "accord import leads" in shown
    assert "filter-bar" not in shown


def test_where_nothing_matches_the_filters_can_be_cleared(leads: dict[str, Lead], cast: Cast) -> None:
    shown = page(cast.mara, "?show=all&q=zzz")
    assert "No lead matches" in shown
    assert re.search(r'<a class="btn btn-primary" href="\?">Clear filters</a>', re.sub(r"\s+", " ", shown))


def test_where_only_an_ended_lead_matches_the_page_leads_there(leads: dict[str, Lead], cast: Cast) -> None:
    shown = page(cast.mara, "?q=dora")
    assert "No open lead matches" in shown
    assert "1 lead matches elsewhere." in shown
    assert 'href="?q=dora&amp;show=all"' in shown


@pytest.mark.parametrize(
    "query",
    [
        "?page=abc", "?page=99999", "?page=-1", "?owner=user:x", "?owner=user:", "?owner=team:", "?owner=wat",
        "?owner=user:99999999999999999999", "?stage=wat&show=wat", "?sort=--person", "?sort=pk", "?period=wat",
        "?q=%00", "?source=%00", "?grade=%00x", "?q=" + "a+" * 300, "?from=9999-12-31", "?to=0001-01-01",
        "?owner=user:%C2%B2",
    ],
)  # fmt: skip
def test_no_address_breaks_the_page(leads: dict[str, Lead], cast: Cast, query: str) -> None:
    assert "<h1>Leads</h1>" in page(cast.mara, query)


def test_a_day_that_is_none_is_said_and_kept(leads: dict[str, Lead], cast: Cast) -> None:
    shown = page(cast.mara, "?period=custom&from=2026-02-30")
    assert "“2026-02-30” is not a day" in shown
    assert 'value="2026-02-30"' in shown
    assert "Ada Lang" in shown
    assert "ends before it begins" in page(cast.mara, "?from=2026-03-02&to=2026-03-01")


def test_a_day_begins_at_midnight_where_the_user_is(leads: dict[str, Lead], cast: Cast) -> None:
    Lead.objects.filter(pk=leads["ada"].pk).update(first_contact_at="2026-02-28T23:30Z")
    assert listed(cast.mara, "?from=2026-03-01&to=2026-03-01") == ["Ada Lang"]
    User.objects.filter(pk=cast.mara.pk).update(zone="UTC")
    assert listed(User.objects.get(pk=cast.mara.pk), "?from=2026-03-01&to=2026-03-01") == []


def test_a_source_that_is_called_like_the_sign_for_none_is_still_found(leads: dict[str, Lead], cast: Cast) -> None:
    Lead.objects.filter(pk=leads["ben"].pk).update(source="~")
    assert '<option value="~~">~</option>' in page(cast.mara)
    assert listed(cast.mara, "?source=~~") == ["ben Weber"]
    assert listed(cast.mara, "?source=~") == ["Ada Lang"]


def test_what_people_typed_is_shown_and_never_run(leads: dict[str, Lead], cast: Cast) -> None:
    Person.objects.filter(pk=leads["ada"].person_id).update(name="<script>alert(1)</script>")
    shown = page(cast.mara, "?q=%3Cscript%3E&source=%22%3E%3Cb%3E")
    assert "<script>alert" not in shown + page(cast.mara)
    assert '"><b>' not in shown


def test_the_pages_follow_each_other_without_gap(world: World, cast: Cast) -> None:
    for _ in range(PAGE_SIZE + 3):
        world.lead()
    first, second = listed(cast.mara), listed(cast.mara, "?page=2")
    assert (len(first), len(second)) == (PAGE_SIZE, 3)
    assert len({*first, *second}) == PAGE_SIZE + 3
    assert f"51–{PAGE_SIZE + 3} of {PAGE_SIZE + 3} leads" in page(cast.mara, "?page=2")


@pytest.mark.parametrize("query", ["", "?show=all&sort=company", "?q=person&owner=team:field"])
def test_the_page_costs_as_many_queries_for_many_leads_as_for_few(
    leads: dict[str, Lead], world: World, cast: Cast, query: str
) -> None:
    client = Client()
    client.force_login(cast.mara)
    with CaptureQueriesContext(connection) as few:
        client.get(f"/leads/{query}")
    for _ in range(20):
        world.offered()
    with CaptureQueriesContext(connection) as many:
        client.get(f"/leads/{query}")
    assert len(many) <= max(len(few), 10) <= BUDGET
