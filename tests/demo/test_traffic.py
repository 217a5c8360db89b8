"""Who comes to the website of the demo, and what it costs."""

from collections import defaultdict
from datetime import UTC, datetime, timedelta
from urllib.parse import parse_qs, urlsplit

import pytest
from tests.demo.made import END, SEED, SPAN

from accord.demo import traffic
from accord.demo.days import is_worked
from accord.demo.traffic import CALIBRATION, METERS, ROBOTS, SEARCH, SITE, Known, Way
from accord.traffic.arrivals import arrival

SINCE = END - timedelta(weeks=8)


def strangers():
    return traffic.messages((), SPAN, SEED)


def by_visitor(sent):
    found = defaultdict(list)
    for each in sent:
        found[each.message["anonymousId"]].append(each)
    return found


def known(source, *, days_ago=20, count=60):
    return [Known(f"p{n}@acme.example", source, END - timedelta(days=days_ago)) for n in range(count)]


def test_the_same_seed_brings_the_same_visitors_and_another_others():
    assert strangers() == strangers()
    assert strangers() != traffic.messages((), SPAN, SEED + 1)


def test_messages_come_in_order_within_the_last_eight_weeks_each_with_an_id_of_its_own():
    sent = strangers()
    assert [each.at for each in sent] == sorted(each.at for each in sent)
    assert sent[0].at >= SINCE
    assert sent[-1].at <= END
    assert len({each.message["messageId"] for each in sent}) == len(sent)
    assert all(datetime.fromisoformat(each.message["timestamp"]) == each.at for each in sent)


def test_working_days_bring_fifteen_to_twenty_five_visitors_and_sundays_three_to_six():
    first = [some[0].at.date() for some in by_visitor(strangers()).values()]
    monday, sunday = datetime(2026, 9, 7, tzinfo=UTC).date(), datetime(2026, 9, 6, tzinfo=UTC).date()
    assert 15 <= first.count(monday) <= 25
    assert 3 <= first.count(sunday) <= 6


def test_only_the_first_page_of_a_visit_carries_the_campaign_and_each_later_one_the_page_before():
    for sent in by_visitor(strangers()).values():
        pages = [each.message["context"]["page"] for each in sent]
        assert all(not urlsplit(page["url"]).query for page in pages[1:])
        assert [page["referrer"] for page in pages[1:]] == [SITE + page["path"] for page in pages[:-1]]
        assert {page["path"] for page in pages} <= set(traffic.PAGES)


def test_a_way_says_its_campaign_in_the_address_as_the_product_reads_it():
    assert METERS.query == "?utm_source=google&utm_medium=cpc&utm_campaign=flow-meters-dach"
    assert SEARCH.query == Way().query == ""
    read = arrival(f"{SITE}/{CALIBRATION.query}", CALIBRATION.referrer)
    assert read is not None
    assert (str(read.channel), read.campaign) == ("Paid Search", "calibration")


def test_a_few_visits_are_those_of_robots():
    agents = [some[0].message["context"]["userAgent"] for some in by_visitor(strangers()).values()]
    assert 0.03 < sum(agent in ROBOTS for agent in agents) / len(agents) < 0.12


def test_somebody_who_became_a_lead_was_there_before_and_says_then_who_they_are():
    found = by_visitor(traffic.messages(known("paid search"), SPAN, SEED))
    theirs = {key: sent for key, sent in found.items() if key.startswith("k-")}
    assert 15 <= len(theirs) <= 40  # of 60, 45 % on average
    for visitor, sent in theirs.items():
        said = [each for each in sent if each.message["type"] == "identify"]
        assert [each.message["traits"] for each in said] == [{"email": visitor.removeprefix("k-")}]
        assert said[0].at == END - timedelta(days=20)
        assert sent[0].at < said[0].at
        campaign = parse_qs(urlsplit(sent[0].message["context"]["page"]["url"]).query)["utm_campaign"]
        assert campaign[0] in {"flow-meters-dach", "calibration"}


@pytest.mark.parametrize(("source", "days_ago"), [("trade fair", 20), ("", 20), ("paid search", 57)])
def test_who_came_by_no_website_or_long_ago_was_not_there(source, days_ago):
    found = by_visitor(traffic.messages(known(source, days_ago=days_ago), SPAN, SEED))
    assert not [key for key in found if key.startswith("k-")]


def test_how_somebody_came_is_told_the_same_wherever_it_is_asked():
    assert traffic.way_of("ada@acme.example", "organic search", SEED) == SEARCH
    assert traffic.way_of("ada@acme.example", "trade fair", SEED) == Way()
    ways = {traffic.way_of(f"p{n}@acme.example", "paid search", SEED) for n in range(60)}
    assert ways == {METERS, CALIBRATION}
    one = traffic.way_of("ada@acme.example", "webinar", SEED)
    assert all(traffic.way_of("ada@acme.example", "webinar", SEED) == one for _ in range(3))


def test_each_campaign_costs_something_on_each_working_day_and_a_fair_each_half_year():
    rows = list(traffic.costs(SPAN, SEED))
    worked = [str(day) for day in SPAN.days if day < SPAN.end.date() and is_worked(day)]
    assert sorted({row[0] for row in rows}) == worked
    fairs = [row for row in rows if row[1] == "trade fair"]
    assert [row[4:] for row in fairs] == [("4800.00", "", "")] * len(worked[62::125])
    assert len(rows) == len(worked) * 4 + len(fairs)
    assert all(len(row) == len(traffic.HEADS) for row in rows)


def test_what_happens_on_the_site_tells_how_somebody_came_the_same_all_day():
    days = [SPAN.end.date() - timedelta(days=number) for number in range(60)]
    told = [traffic.told("page_viewed", "ada@acme.example", "paid search", day, SEED) for day in days]
    assert told == [traffic.told("form_submitted", "ada@acme.example", "paid search", day, SEED) for day in days]
    assert {each.get("campaign") for each in told} >= {None, "flow-meters-dach"} or {"calibration"} <= {
        each.get("campaign") for each in told
    }
    assert {} in told
    assert traffic.told("email_clicked", "ada@acme.example", "paid search", days[0], SEED) == {}


def test_what_a_campaign_costs_stays_near_its_budget():
    spent = [float(row[4]) for row in traffic.costs(SPAN, SEED) if row[3] == "flow-meters-dach"]
    assert all(94 * 0.6 - 0.01 <= each <= 94 * 1.3 + 0.01 for each in spent)
    assert all(row[4][-3] == "." for row in traffic.costs(SPAN, SEED))
