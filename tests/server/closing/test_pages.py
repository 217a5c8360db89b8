"""The close-rate map and the page of funnel and velocity: what they say, and what they open onto."""

import csv
import io
import re
from datetime import timedelta
from html import unescape

from django.test import Client
from tests.server.closing.conftest import NOW, Made

from accord.insight.closing import Dimension
from accord.server.accounts.models import AuditEntry, User
from accord.server.closing.asked import map_asked
from accord.server.closing.rates import COLUMNS, ROWS, rate_map
from accord.server.pipeline.models import StageChange

MAP = "/close-rates/?rows=source&columns=region"


def page(user: User, address: str, status: int = 200) -> str:
    client = Client()
    client.force_login(user)
    answer = client.get(address)
    assert answer.status_code == status
    return (b"".join(answer.streaming_content) if answer.streaming else answer.content).decode()


def said(html: str) -> str:
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", html)).split())


# --- the map --------------------------------------------------------------------------------------------------------


def test_the_answer_stands_above_the_map(uneven: Made) -> None:
    text = said(page(uneven.cast.mara, MAP))
    assert "differences stand out after" in text
    assert "webinar at 10 %, the rest at 52 %" in text


def test_where_nothing_differs_the_page_says_after_how_many_looks(made: Made) -> None:
    made.leads(100, 20, source="fair", country="DE")
    made.leads(100, 22, source="webinar", country="DE")
    assert "No difference stands out after 2 looks." in said(page(made.cast.mara, MAP))


def test_small_cells_are_grey_and_say_so(uneven: Made) -> None:
    html = page(uneven.cast.mara, MAP)
    (referral,) = re.findall(r'<th scope="row">referral</th>(.*?)</tr>', html, re.S)
    assert "heat-few" in referral
    assert "5 of 5 won; between 56.6 % and 100 % with 95 % confidence. Too few to be believed." in unescape(referral)
    assert "heat-out" not in referral


def test_a_difference_is_marked_in_its_cell_in_words(uneven: Made) -> None:
    (fair,) = re.findall(r'<th scope="row">fair</th>(.*?)</tr>', page(uneven.cast.mara, MAP), re.S)
    assert "heat-out" in fair
    assert "stands out above the rest" in fair
    assert "differs from the rest" in fair


def test_every_cell_opens_onto_as_many_leads(uneven: Made) -> None:
    html = page(uneven.cast.mara, MAP)
    found = re.findall(r'<a href="(/close-rates/leads/[^"]+)".*?visually-hidden">of </span>([\d,]+)', html, re.S)
    assert len(found) == 10
    for address, count in found:
        assert f"{count} lead" in said(page(uneven.cast.mara, unescape(address))), address
    won = said(page(uneven.cast.mara, "/close-rates/leads/?rows=source&columns=region&row=fair&column=AT&won=1"))
    assert "20 leads. Source: fair. Country: AT. Won." in won


def test_second_cycles_stand_apart(uneven: Made) -> None:
    uneven.leads(30, 30, source="again", cycle=2)
    assert "again" not in said(page(uneven.cast.mara, MAP))
    assert "again 100 % of 30" in said(page(uneven.cast.mara, MAP + "&cycle=later"))


def test_one_dimension_alone_has_one_column(uneven: Made) -> None:
    html = page(uneven.cast.mara, "/close-rates/?rows=source&columns=")
    assert "MQL: share won, by source" in said(html)
    assert len(re.findall(r'<td class="heat', html)) == 4


def test_the_smallest_rows_and_columns_are_counted_together_until_asked_for(made: Made) -> None:
    for number in range(ROWS + 3):
        made.leads(20 + number, 2, source=f"s{number:02}", country=f"c{number:02}")
    html = page(made.cast.mara, MAP)
    assert len(re.findall(r'<th scope="row">', html)) == ROWS + 1
    assert "4 others" in said(html)
    found = rate_map(map_asked({"rows": "source", "columns": "region"}, NOW), made.cast.mara)
    assert len(found.columns) == COLUMNS
    assert found.whole.share.leads == sum(20 + number for number in range(ROWS + 3))
    assert len(re.findall(r'<th scope="row">', page(made.cast.mara, MAP + "&all=1"))) == ROWS + 4


def test_what_is_known_only_now_or_came_afterwards_is_said(uneven: Made) -> None:
    assert "country is those of the company as known now" in said(page(uneven.cast.mara, MAP))
    assert "came after the hand-over" in said(page(uneven.cast.mara, "/close-rates/?rows=call&columns=first_attempt"))
    assert "came after the hand-over" not in said(page(uneven.cast.mara, MAP))


def test_leads_too_young_are_told_of(uneven: Made) -> None:
    """All wins took 20 days; whoever came 60 days ago had time enough, whoever came yesterday not."""
    assert "more may be won" not in said(page(uneven.cast.mara, MAP))
    late = uneven.leads(10, 0, source="fair", country="DE")
    StageChange.objects.filter(lead__in=late).delete()
    StageChange.objects.bulk_create(
        StageChange(lead=lead, to_stage="mql", at=NOW - timedelta(days=1), decided_by="import") for lead in late
    )
    text = said(page(uneven.cast.mara, MAP))
    assert "10 of these leads (5 %) are open and came so lately that more may be won" in text


def test_the_export_holds_what_the_map_shows(uneven: Made) -> None:
    text = page(uneven.cast.mara, "/close-rates/export/?rows=source&columns=region")
    lines = list(csv.DictReader(io.StringIO(text.removeprefix("\ufeff"))))
    by_cell = {(line["Source"], line["Country"]): line for line in lines}
    assert (by_cell["fair", "AT"]["Leads"], by_cell["fair", "AT"]["Won"], by_cell["fair", "AT"]["Share"]) == (
        "40",
        "20",
        "0.5000",
    )
    assert by_cell["webinar", "All"]["Stands out"] == "below"
    assert by_cell["referral", "All"]["Believed"] == "no"
    assert AuditEntry.objects.filter(action="close_rates.exported", actor=uneven.cast.mara).exists()


def test_a_cell_that_a_spreadsheet_would_run_is_quoted(made: Made) -> None:
    made.leads(3, 0, source="=1+1")
    assert "\n'=1+1," in page(made.cast.mara, "/close-rates/export/?rows=source&columns=")


def test_every_dimension_makes_a_map(uneven: Made) -> None:
    for row, column in zip(list(Dimension)[:6], list(Dimension)[6:], strict=True):
        html = page(uneven.cast.mara, f"/close-rates/?rows={row.value}&columns={column.value}")
        assert re.search(r'<td class="heat', html), row


# --- funnel and velocity --------------------------------------------------------------------------------------------


def test_the_funnel_says_both_rates_and_how_they_go_together(uneven: Made) -> None:
    text = said(page(uneven.cast.mara, "/funnel/"))
    assert "MQL to Customer" in text
    assert "65 of the 205 that came to MQL in the period have come to Customer by now" in text
    assert "65 came to Customer in the period, of 205 that might have: the 205 , and 0 that were there before" in text
    assert "140 are open and may still, 0 have ended" in text
    later = said(page(uneven.cast.mara, f"/funnel/?from={_day(50)}&to={_day(1)}"))
    assert "65 came to Customer in the period, of 205 that might have: the 0 , and 205 that were there before" in later


def _day(ago: int) -> str:
    return f"{NOW - timedelta(days=ago):%Y-%m-%d}"


def test_every_number_of_the_funnel_opens_onto_as_many_leads(uneven: Made) -> None:
    html = page(uneven.cast.mara, "/funnel/")
    found = set(re.findall(r'<a href="(/funnel/leads/[^"]+)">([\d,]+)</a>', html))
    assert len(found) > 20
    for address, count in found:
        text = said(page(uneven.cast.mara, unescape(address)))
        assert f"{count} lead" in text, address


def test_time_in_a_stage_is_told(uneven: Made) -> None:
    assert "MQL 65 20 days 20 days 140 60 days" in said(page(uneven.cast.mara, "/funnel/"))


def test_time_in_a_stage_opens_onto_its_stays_with_how_long_each_took(uneven: Made) -> None:
    """Of the 205 that came to MQL 60 days ago 65 left it after 20 days; the test of all numbers opens both."""
    html = page(uneven.cast.mara, "/funnel/")
    over, waiting = (
        re.findall(rf'<a href="([^"]*stage=mql&amp;stay={stay})">([\d,]+)</a>', html) for stay in ("over", "waiting")
    )
    assert ([count for _, count in over], [count for _, count in waiting]) == (["65"], ["140"])
    left = said(page(uneven.cast.mara, unescape(over[0][0])))
    assert "65 leads. MQL. Left it in the period." in left
    assert "Came to MQL Left it Took" in left
    assert left.count("20 days") == 50
    still = said(page(uneven.cast.mara, unescape(waiting[0][0])))
    assert "140 leads. MQL. There now." in still
    assert still.count("not by now 60 days") == 50


def test_the_funnel_is_exported_as_it_is_shown(uneven: Made) -> None:
    lines = list(csv.reader(io.StringIO(page(uneven.cast.mara, "/funnel/export/").removeprefix("\ufeff"))))
    assert lines[1][:5] == ["MQL to Customer", "205", "65", "0.3171", "140"]
    assert len(lines) == 1 + 7
    assert lines[1][-5:-1] == ["65", "1728000", "1728000", "140"]


# --- what is odd ----------------------------------------------------------------------------------------------------


def test_before_there_is_a_lead_the_pages_say_what_to_do(made: Made) -> None:
    assert "No lead came to this base in this time" in said(page(made.cast.mara, "/close-rates/"))
    assert "Nobody came to any stage in this time" in said(page(made.cast.mara, "/funnel/"))
    assert "There is no lead behind this number" in said(page(made.cast.mara, "/close-rates/leads/?row=x"))


ODD = (
    "rows=colour&columns=%00&base=no&cycle=7&span=ever&all=x&page=0",
    "from=yesterday&to=today",
    "from=2026-03-02&to=2026-03-01",
    "from=0001-01-01&to=9999-12-31",
    "rows=owner&columns=owner&row=99999999999999999999&column=x",
    "first=customer&second=lead",
    "first=nowhere&second=%27&row=%00",
    "stage=customer&stay=%00",
)


def test_odd_parameters_break_nothing(made: Made) -> None:
    made.leads(1, 0)
    for query in ODD:
        for address in ("/close-rates/", "/close-rates/leads/", "/funnel/", "/funnel/leads/"):
            page(made.cast.mara, f"{address}?{query}")
    assert "The period ends before it begins" in said(page(made.cast.mara, f"/funnel/?{ODD[2]}"))
    assert "Lead does not come after Customer" in said(page(made.cast.mara, f"/funnel/?{ODD[5]}"))


def test_sales_and_the_agency_see_none_of_it(made: Made) -> None:
    for user in (made.cast.priya, made.cast.alma):
        page(user, "/close-rates/", status=403)
        page(user, "/funnel/export/", status=403)


def test_pages_hold_nothing_that_the_content_policy_refuses(uneven: Made) -> None:
    for address in (MAP, "/funnel/"):
        html = page(uneven.cast.mara, address)
        assert not re.search(r"\sstyle=|\son[a-z]+=|<script(?![^>]*\ssrc=)|javascript:", html)
