"""The report of calls: numbers worked out by hand, each of which opens onto as many rows."""

import re
from dataclasses import dataclass
from datetime import datetime, timedelta
from html import unescape
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlsplit
from zoneinfo import ZoneInfo

import pytest
from django.test import Client
from django.utils import timezone
from tests.server.conftest import MONDAY, Cast, World
from tests.server.files.reading import content, read_csv, read_parquet, read_xlsx

from accord.server.accounts.access import AccessError
from accord.server.accounts.models import AuditEntry, User
from accord.server.calls.models import Call, TrackingNumber
from accord.server.calls.report import CallReport, Counts, Line, call_report
from accord.server.calls.report_behind import LABELS, OF_LEADS, Number, calls_behind, leads_behind, narrowed
from accord.server.channels.asked import Period
from accord.server.handoffs.models import Attempt
from accord.server.people.models import Person
from accord.server.pipeline.models import Lead, StageChange
from accord.server.tracking.models import Source

BERLIN = ZoneInfo("Europe/Berlin")
MARCH = Period(MONDAY.date(), MONDAY.date() + timedelta(days=29), BERLIN)
DAYS = "span=own&from=2026-03-02&to=2026-03-31"
HOUR, MINUTE = timedelta(hours=1), timedelta(minutes=1)


@dataclass
class Exchange:
    """Calls that came in, or went out, as they stand in the database."""

    source: Source
    calls: int = 0

    def call(self, theirs: str = "+491", status: str = "answered", at: datetime = MONDAY, **more: Any) -> Call:
        self.calls += 1
        values = {"source": self.source, "key": f"k{self.calls}", "direction": "in", "theirs": theirs, "ours": "+4930"}
        return Call.objects.create(**values | {"status": status, "started_at": at} | more)

    def number(self, name: str, campaign: str = "", source: str = "google", medium: str = "cpc") -> TrackingNumber:
        count = TrackingNumber.objects.count()
        return TrackingNumber.objects.create(
            number=f"+4930{count}", name=name, source=source, medium=medium, campaign=campaign, active_from=MONDAY
        )


@pytest.fixture
def exchange(world: World) -> Exchange:
    return Exchange(Source.objects.create(name="Switchboard", kind="call", created_at=MONDAY - timedelta(days=400)))


@pytest.fixture(autouse=True)
def static_root(settings: Any, tmp_path: Path) -> None:
    """WhiteNoise warns where the folder of collected files is missing."""
    settings.STATIC_ROOT = tmp_path


@pytest.fixture(autouse=True)
def april(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(timezone, "now", lambda: MONDAY + timedelta(days=29, hours=12))


def client_of(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def page(user: User, query: str = DAYS) -> str:
    answer = client_of(user).get(f"/calls/report/?{query}")
    assert answer.status_code == 200
    return unescape(answer.content.decode())


def said(html: str) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", html).split())


def named(lines: tuple[Line, ...]) -> dict[str, Counts]:
    return {line.name: line.counts for line in lines}


@pytest.fixture
def month(exchange: Exchange, world: World, cast: Cast) -> Exchange:
    """Ten calls of March and some around it, by two numbers of one campaign, one of another, and one of none."""
    one, two = exchange.number("Ads, north", "flow"), exchange.number("Ads, south", "flow")
    letter = exchange.number("Letter", "spring", "post", "letter")
    exchange.call("+491", at=MONDAY - timedelta(days=3), number=one)  # before: +491 is no first-time caller
    exchange.call("+491", "no_answer", MONDAY, number=one)
    exchange.call("+491", at=MONDAY + 10 * MINUTE, direction="out", status="no_answer")  # the call back
    exchange.call("+491", at=MONDAY + 20 * MINUTE, direction="out", status="answered")
    exchange.call("+492", "answered", MONDAY + HOUR, number=two, seconds=60, agent=cast.tom)
    exchange.call("+492", "answered", MONDAY + 2 * HOUR, number=two, seconds=180, agent=cast.tom)
    exchange.call("+493", at=MONDAY, direction="out")  # that we had called them makes their first call no second one
    exchange.call("+493", "voicemail", MONDAY + timedelta(days=7), number=letter)
    exchange.call("+494", "busy", MONDAY + timedelta(days=7) + 30 * MINUTE, number=letter)
    exchange.call("+494", "ended", MONDAY + timedelta(days=8), number=letter, seconds=20)
    exchange.call("", "no_answer", MONDAY + timedelta(days=9))
    exchange.call("+495", "ringing", MONDAY + timedelta(days=9))
    exchange.call("+496", "no_answer", MONDAY + timedelta(days=10), direction="own")
    exchange.call("+497", at=MONDAY + timedelta(days=40), number=letter)  # after
    return exchange


def test_calls_are_counted_by_what_they_came_by(month: Exchange, cast: Cast) -> None:
    found = call_report(MARCH, cast.mara)
    assert found.total == Counts(calls=8, first=4, answered=3, missed=4, back=1, back_seconds=600.0, talk_seconds=60.0)
    assert named(found.numbers) == {
        "Letter": Counts(calls=3, first=2, answered=1, missed=2, talk_seconds=20.0),
        "Ads, south": Counts(calls=2, first=1, answered=2, talk_seconds=120.0),
        "No tracking number": Counts(calls=2, first=1, missed=1),
        "Ads, north": Counts(calls=1, missed=1, back=1, back_seconds=600.0),
    }
    assert [line.name for line in found.numbers] == ["Letter", "Ads, south", "No tracking number", "Ads, north"]
    assert named(found.campaigns) == {
        "flow": Counts(calls=3, first=1, answered=2, missed=1, back=1, back_seconds=600.0, talk_seconds=120.0),
        "spring": Counts(calls=3, first=2, answered=1, missed=2, talk_seconds=20.0),
        "No tracking number": Counts(calls=2, first=1, missed=1),
    }


def test_calls_are_counted_by_how_they_went_and_who_answered(month: Exchange, cast: Cast) -> None:
    found = call_report(MARCH, cast.mara)
    assert {line.narrow["status"]: line.counts.calls for line in found.statuses} == {
        "no_answer": 2,
        "answered": 2,
        "voicemail": 1,
        "busy": 1,
        "ended": 1,
        "ringing": 1,
    }
    assert named(found.agents) == {
        "Tom": Counts(calls=2, first=1, answered=2, talk_seconds=120.0),
        "The system does not say who": Counts(calls=1, answered=1, talk_seconds=20.0),
    }


def test_hours_are_those_of_the_agreement_on_both_sides_of_the_change_of_clocks(exchange: Exchange, cast: Cast) -> None:
    """Berlin goes to summer time on 29 March 2026, a Sunday: 9:30 there is 8:30 UTC before and 7:30 after."""
    exchange.call("+491", "no_answer", datetime(2026, 3, 27, 8, 30, tzinfo=MONDAY.tzinfo))
    exchange.call("+492", "no_answer", datetime(2026, 3, 30, 7, 30, tzinfo=MONDAY.tzinfo))
    exchange.call("+493", "answered", datetime(2026, 3, 30, 22, 30, tzinfo=MONDAY.tzinfo))  # Tuesday already
    exchange.call("+494", "answered", datetime(2026, 3, 31, 22, 30, tzinfo=MONDAY.tzinfo))  # in April already
    found = call_report(MARCH, cast.mara).hours
    assert {when: (counts.calls, counts.missed) for when, counts in found.items()} == {
        (5, 9): (1, 1),
        (1, 9): (1, 1),
        (2, 0): (1, 0),
    }


def test_an_attempt_is_a_call_back_and_the_earlier_of_both_counts(exchange: Exchange, world: World, cast: Cast) -> None:
    lead = world.offered()
    missed = exchange.call("+491", "no_answer", MONDAY, person=lead.person)
    tried = Attempt.objects.create(
        lead=lead, by=cast.tom, channel="mail", outcome="sent", at=MONDAY + HOUR, action_id=missed_id(missed)
    )
    assert call_report(MARCH, cast.mara).total.back_seconds == 3600
    exchange.call("+491", "answered", MONDAY + 3 * HOUR, direction="out")
    assert call_report(MARCH, cast.mara).total.back_seconds == 3600
    Attempt.objects.filter(pk=tried.pk).update(at=MONDAY - HOUR)  # before they called, it was none
    assert call_report(MARCH, cast.mara).total.back_seconds == 3 * 3600


def missed_id(call: Call) -> str:
    return f"00000000-0000-0000-0000-{call.pk:012d}"


def came(lead: Lead, stage: str, at: datetime) -> None:
    StageChange.objects.create(lead=lead, from_stage="lead", to_stage=stage, at=at, decided_by="user")


def person(name: str) -> Person:
    return Person.objects.create(name=name, created_at=MONDAY)


def opened(name: str, at: datetime, **more: Any) -> Lead:
    """A lead of whom only its history counts here."""
    values = {"person": person(name), "first_contact_at": at, "opened_at": at, "stage": "lead", "stage_since": at}
    return Lead.objects.create(**values | more)


def test_leads_count_where_something_came_of_them_after_the_call(exchange: Exchange, cast: Cast) -> None:
    one, two = exchange.number("One", "a"), exchange.number("Two", "b")
    new, old, stale = opened("New", MONDAY + MINUTE), opened("Old", MONDAY - HOUR), opened("Stale", MONDAY - HOUR)
    for lead in (new, old, stale):
        exchange.call("+491", at=MONDAY, person=lead.person, number=one)
    exchange.call("+491", at=MONDAY + 5 * HOUR, person=new.person, number=two)
    exchange.call("+499", at=MONDAY + 5 * HOUR, person=person("No lead"), number=two)
    came(new, "mql", MONDAY + HOUR)
    came(old, "mql", MONDAY - MINUTE)
    came(old, "sal", MONDAY + HOUR)
    came(old, "customer", MONDAY + 6 * HOUR)
    came(stale, "customer", MONDAY - MINUTE)
    found = call_report(MARCH, cast.mara)
    assert outcome(found.total) == (1, 1, 1, 1)
    assert {name: outcome(counts) for name, counts in named(found.numbers).items()} == {
        "One": (1, 1, 1, 1),
        "Two": (0, 0, 0, 0),  # new was a lead, and an MQL, before it called that one
    }
    came(new, "opportunity", MONDAY + 7 * HOUR)  # skips SAL, and has been through it
    assert outcome(named(call_report(MARCH, cast.mara).numbers)["Two"]) == (0, 0, 1, 0)


def outcome(counts: Counts) -> tuple[int, int, int, int]:
    return counts.leads, counts.mql, counts.accepted, counts.won


def test_a_merged_lead_counts_once(exchange: Exchange, cast: Cast) -> None:
    ahead = opened("Ada", MONDAY + MINUTE)
    values = {"stage": "disqualified", "ended_at": MONDAY + HOUR, "cycle": 0, "merged_into": ahead}
    Lead.objects.create(person=ahead.person, first_contact_at=MONDAY, opened_at=MONDAY, stage_since=MONDAY, **values)
    exchange.call(at=MONDAY, person=ahead.person)
    assert call_report(MARCH, cast.mara).total.leads == 1


def test_every_number_opens_onto_as_many_rows(month: Exchange, cast: Cast) -> None:
    lead = opened("Caller", MONDAY + HOUR)
    Call.objects.filter(theirs="+493").update(person=lead.person)
    Lead.objects.filter(pk=lead.pk).update(opened_at=MONDAY + timedelta(days=8))
    for stage, days in (("mql", 9), ("sal", 10), ("customer", 11)):
        came(lead, stage, MONDAY + timedelta(days=days))
    html = page(cast.mara)
    numbers = re.findall(r'<a href="(/calls/report/rows/[^"]+)">([\d,]+)</a>', html)
    numbers += re.findall(r'<a href="(/calls/report/rows/[^"]+)" title="[^"]*" aria-label="[^"]*">(\d+)<span>/', html)
    assert len(numbers) > 40
    seen = set()
    for href, number in numbers:
        given = dict(parse_qsl(urlsplit(href).query, keep_blank_values=True))
        assert (given["from"], given["to"]) == ("2026-03-02", "2026-03-31")
        wanted = Number(given["of"])
        behind = leads_behind if wanted in OF_LEADS else calls_behind
        found = behind(wanted, MARCH, narrowed(given), cast.mara).count()
        assert number in {str(found), "0"}, href  # an hour in which none was missed opens onto all of its calls
        seen.add(wanted)
    assert seen == set(LABELS)
    rows = said(
        client_of(cast.mara)
        .get(f"/calls/report/rows/?of=first&number={TrackingNumber.objects.get(name='Letter').pk}&{DAYS}")
        .content.decode()
    )
    assert "2 calls, 2 Mar 2026 to 31 Mar 2026; Letter (+49302)" in rows


def test_the_page_begins_with_the_answer(exchange: Exchange, cast: Cast) -> None:
    for minute in range(3):
        exchange.call(f"+49{minute}", "no_answer", MONDAY + minute * MINUTE)
    exchange.call("+499", at=MONDAY + timedelta(days=1))
    text = said(page(cast.mara))
    assert (
        "3 of 4 calls were missed, most often on Mondays between 10:00 and 11:00 (3). Nobody was called back." in text
    )
    assert "There are no tracking numbers" in text
    Call.objects.update(status="answered")
    assert "None of 4 calls was missed." in said(page(cast.mara))


def test_an_hour_in_which_one_was_missed_does_not_stand_out(exchange: Exchange, cast: Cast) -> None:
    exchange.call("+491", "no_answer")
    exchange.call("+491", at=MONDAY + HOUR, direction="out")
    assert "1 of 1 call was missed. It was called back." in said(page(cast.mara))
    assert call_report(MARCH, cast.mara).worst == (1, 10)
    assert CallReport(Counts(), (), (), (), (), {}).worst is None


def test_without_calls_it_says_what_to_do(exchange: Exchange, cast: Cast) -> None:
    assert "No call has been reported yet" in said(page(cast.mara))
    exchange.call(at=MONDAY - timedelta(days=60))
    assert "Nobody called in these days" in said(page(cast.mara))


def test_sales_reads_the_whole_report_and_the_rows_that_are_theirs(month: Exchange, cast: Cast) -> None:
    sales, marketing = client_of(cast.priya), client_of(cast.mara)
    assert "4 of 8 calls were missed" in said(page(cast.priya))
    whole = said(marketing.get(f"/calls/report/rows/?of=calls&{DAYS}").content.decode())
    theirs = said(sales.get(f"/calls/report/rows/?of=calls&{DAYS}").content.decode())
    assert "8 calls, 2 Mar" in whole
    assert "colleagues" not in whole
    assert "4 calls, 2 Mar" in theirs
    assert "the report counts those of your colleagues, too" in theirs
    assert "colleagues" not in said(sales.get(f"/calls/report/rows/?of=missed&{DAYS}").content.decode())


def test_the_agency_and_executives_see_no_calls(exchange: Exchange, cast: Cast) -> None:
    for user in (cast.alma, cast.xenia):
        with pytest.raises(AccessError):
            call_report(MARCH, user)


@pytest.mark.parametrize(
    "query",
    [
        "number=x&weekday=9&hour=99&status=?&agent=-1",
        "number=99999999999&agent=99999999999",
        "source=%00&campaign=%F0%9F%98%80",
        "weekday=3",
        "of=everything&page=77",
    ],
)
def test_an_odd_address_still_shows_rows(month: Exchange, cast: Cast, query: str) -> None:
    for path in ("/calls/report/", "/calls/report/rows/"):
        assert client_of(cast.mara).get(f"{path}?{query}&{DAYS}").status_code == 200


def test_the_report_is_a_table_of_every_part(month: Exchange, cast: Cast) -> None:
    rows = read_csv(content(client_of(cast.mara).get(f"/calls/report/?{DAYS}&format=csv")))
    assert rows[0]["Part"] == "All"
    assert (rows[0]["Calls"], rows[0]["Missed"], rows[0]["Share missed"]) == ("8", "4", "0.5000")
    assert rows[0]["Seconds to call back (median)"] == "600"
    letter = next(row for row in rows if row["Name"] == "Letter")
    assert (letter["Part"], letter["Number or source"], letter["Calls"]) == ("Tracking number", "+49302", "3")
    hours = {(row["Weekday"], row["Hour"]): row["Calls"] for row in rows if row["Part"] == "Weekday and hour"}
    assert hours["Monday", "10"] == "3"
    assert AuditEntry.objects.get(action="calls_report.exported").actor == cast.mara


@pytest.mark.parametrize(
    ("sort", "names"),
    [
        ("-missed", ["Letter", "No tracking number", "Ads, north", "Ads, south"]),
        ("talked", ["Letter", "Ads, south", "No tracking number", "Ads, north"]),  # of two nobody knows
        ("-name", ["No tracking number", "Letter", "Ads, south", "Ads, north"]),
        ("nothing", ["Letter", "Ads, south", "No tracking number", "Ads, north"]),
    ],
)
def test_tables_are_sorted_by_any_column_and_so_is_the_file(
    month: Exchange, cast: Cast, sort: str, names: list[str]
) -> None:
    html = page(cast.mara, f"{DAYS}&sort={sort}")
    table = html.partition('id="numbers-title"')[2].partition("</table>")[0]
    assert re.findall(r'<td class="strong">([^<]+)', table) == names
    heads = re.findall(r'<th scope="col".*?</th>', table)
    assert len(heads) == 11
    assert all("sort=" in head for head in heads)
    rows = read_csv(content(client_of(cast.mara).get(f"/calls/report/?{DAYS}&sort={sort}&format=csv")))
    assert [row["Name"] for row in rows if row["Part"] == "Tracking number"] == names


def test_the_rows_behind_a_number_are_taken_away_with_when_they_were_called_back(month: Exchange, cast: Cast) -> None:
    client, path = client_of(cast.mara), f"/calls/report/rows/?of=missed&{DAYS}"
    table = read_parquet(content(client.get(f"{path}&format=parquet"))).to_pylist()
    back = {row["Their number"]: row["Called back"] for row in table}
    assert back == {"+491": MONDAY + 10 * MINUTE, "+493": None, "+494": None, None: None}
    waits = {row["Their number"]: row["Waits for a call back"] for row in table}
    assert waits == {"+491": False, "+493": True, "+494": False, None: False}  # 494 called again and was answered
    lead = opened("=1+1", MONDAY + HOUR)
    Call.objects.filter(theirs="+491").update(person=lead.person)
    (row,) = read_xlsx(content(client.get(f"/calls/report/rows/?of=leads&{DAYS}&format=xlsx")))
    assert (row["Lead"], row["Person"], row["Stage"]) == (lead.pk, "=1+1", "Lead")
