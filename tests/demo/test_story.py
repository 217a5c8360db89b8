from collections import Counter
from datetime import UTC, date, datetime, timedelta

import pytest

from accord.demo import days, names, story, world
from accord.demo.dice import dice

pytest.importorskip("leadforge")

END = datetime(2026, 9, 17, 13, 30, tzinfo=UTC)
SEED = 5


@pytest.fixture(scope="module")
def span():
    return days.year(SEED, END, 120)


@pytest.fixture(scope="module")
def stories(span):
    return story.tell(world.make(SEED, 150), span, SEED)


def test_the_same_seed_and_end_tell_the_same_stories(span, stories):
    assert story.tell(world.make(SEED, 150), span, SEED) == stories


def test_another_seed_tells_others(span, stories):
    assert story.tell(world.make(SEED + 1, 150), span, SEED + 1) != stories


def test_nothing_happens_in_the_future_or_before_it_is_noticed(span, stories):
    for each in stories:
        assert span.start - timedelta(hours=1) < each.opened_at <= each.noticed <= END
        assert all(each.opened_at <= touch.at <= touch.noticed <= END for touch in each.touches)


def test_everything_is_noticed_at_a_moment_of_the_year(span, stories):
    assert {touch.noticed for each in stories for touch in each.touches} <= set(span.moments)


def test_every_touchpoint_has_an_id_of_its_own(stories):
    ids = Counter(touch.id for each in stories for touch in each.touches)
    assert set(ids.values()) == {1}


def test_nobody_shares_an_address_and_all_addresses_are_of_nobody(stories):
    emails = Counter(each.contact.email for each in stories if each.contact.email)
    assert set(emails.values()) == {1}
    assert all(email.endswith(".example") for email in emails)


def test_companies_are_shared_by_their_people_and_differ_in_name(stories):
    by_domain = {each.company.domain: each.company for each in stories}
    assert len(by_domain) < len(stories)
    assert len({company.name for company in by_domain.values()}) == len(by_domain)


def test_some_people_leave_something_out(stories):
    assert any(not each.contact.phone for each in stories)
    assert any(not each.contact.email for each in stories)
    assert any(not each.source for each in stories)


def test_the_last_hour_is_lively(stories):
    fresh = [touch for each in stories for touch in each.touches if touch.at > END - timedelta(hours=1)]
    assert sum(touch.properties.get("form") == "demo" for touch in fresh) >= 3


def test_there_is_more_to_do_on_working_days_and_lately():
    monday, sunday = date(2026, 9, 14), date(2026, 9, 13)
    long_ago = monday - timedelta(weeks=30)
    assert days.busyness(monday, END.date()) > 5 * days.busyness(sunday, END.date())
    assert days.busyness(monday, END.date()) > 2 * days.busyness(long_ago, END.date())


def test_luck_depends_on_nothing_but_its_name():
    first = dice(1, "offer", 3).random()
    dice(1, "offer", 4).random()
    assert dice(1, "offer", 3).random() == first


@pytest.mark.parametrize("country", ["DE", "AT", "CH", "GB", "US", "FR"])
def test_every_country_has_names_and_numbers(country):
    rng = dice(1, country)
    company = names.company_name(rng, country, "logistics")
    assert names.person_name(rng, country).count(" ") == 1
    assert names.domain_of(company).isascii()
    assert names.phone_number(rng, country).startswith("+")
