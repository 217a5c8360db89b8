"""The Channels pages: what they say where there is something, and what to do where there is nothing."""

import re
from datetime import date

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from tests.server.channels.conftest import DIRECT, PAID, March, Traffic
from tests.server.conftest import Cast
from tests.server.files.reading import content

from accord.server.accounts.models import User
from accord.server.channels.models import CostChange

MARCH = "from=2026-03-01&to=2026-03-31"


def text_of(client: Client, address: str) -> str:
    answer = client.get(address)
    assert answer.status_code == 200
    return " ".join(re.sub(r"<[^>]+>", " ", answer.content.decode()).split())


def signed_in(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


@pytest.fixture
def mara(cast: Cast) -> Client:
    return signed_in(cast.mara)


def test_before_anything_came_the_page_says_what_to_do(traffic: Traffic, mara: Client, cast: Cast) -> None:
    assert "accord import costs FILE" in text_of(mara, "/channels/")
    executive = text_of(signed_in(cast.xenia), "/channels/")
    assert "Nobody came in this time" in executive
    assert "Add a website" not in executive


def test_the_page_says_what_came_and_what_was_left_out(march: March, mara: Client) -> None:
    said = text_of(mara, f"/channels/?{MARCH}")
    assert "6 visits by people and 3 new leads" in said
    assert "2 visits of robots and scanners are left out, and so are 1 of which it is not known" in said
    assert "1 more may be robots" in said
    assert "Paid Search google 3 €41.83 $3.33 50 % 2 1 1 €125.50 $10.00" in said
    assert "Total 6 €70.92 $1.67 100 % 4 2 3" in said
    assert "autumn" not in said


def test_a_channel_opens_onto_its_sources_and_all_of_them_do(march: March, mara: Client) -> None:
    one = text_of(mara, f"/channels/?{MARCH}&open=Paid+Search")
    assert "autumn" in one
    assert "trade fair" in one  # the source that a closed channel names
    assert "newsletter email march" not in one
    assert "newsletter email march" in text_of(mara, f"/channels/?{MARCH}&open=all")


def test_each_number_opens_onto_its_rows(march: March, mara: Client) -> None:
    page = mara.get(f"/channels/?{MARCH}&open=all").content.decode()
    links = set(re.findall(r'href="(/channels/rows/\?[^"]+)"', page))
    assert len(links) > 20
    for link in links:
        assert "No such row" not in text_of(mara, link.replace("&amp;", "&"))
    days = "of=cost&span=own&from=2026-03-01&to=2026-03-31"
    assert "4 rows" in text_of(mara, f"/channels/rows/?{days}&source=google")
    assert "6 rows" not in text_of(mara, f"/channels/rows/?{days}&campaign=")


def test_a_restated_cost_says_what_it_was(traffic: Traffic, mara: Client, cast: Cast) -> None:
    cost = traffic.cost("9.99", "spring")
    CostChange.objects.create(cost=cost, amount_before=12, amount_after=cost.amount, at=cost.stated_at, by=cast.mara)
    said = text_of(mara, f"/channels/rows/?of=cost&{MARCH}")
    assert "€9.99 €12.00 until 10 Mar 2026, Mara" in said


def test_names_that_look_like_one_are_pointed_out(traffic: Traffic, mara: Client) -> None:
    traffic.visit(traffic.browser(), campaign="spring-sale", **PAID)
    traffic.cost("5", "Spring_Sale")
    said = text_of(mara, f"/channels/?{MARCH}")
    assert "1 name written in several ways" in said
    assert "Spring_Sale and spring-sale look like one campaign" in said


def test_a_day_that_is_none_is_said_and_breaks_nothing(march: March, mara: Client) -> None:
    assert "“soon” is not a day" in text_of(mara, "/channels/?from=soon")


def test_what_does_not_match_says_so(march: March, mara: Client) -> None:
    assert "Nothing matches" in text_of(mara, f"/channels/?{MARCH}&q=nowhere")
    assert "No such row" in text_of(mara, f"/channels/rows/?of=won&{MARCH}&channel=Direct")


def test_the_export_is_a_file_for_a_spreadsheet(march: March, mara: Client) -> None:
    answer = mara.get(f"/channels/export/?{MARCH}")
    assert answer["Content-Type"] == "text/csv; charset=utf-8"
    assert answer["Content-Disposition"].startswith('attachment; filename="channels-')
    assert content(answer).count(b"\r\n") == 9


def test_more_visits_cost_no_more_queries(march: March, traffic: Traffic, mara: Client) -> None:
    text_of(mara, f"/channels/?{MARCH}&open=all")
    with CaptureQueriesContext(connection) as few:
        text_of(mara, f"/channels/?{MARCH}&open=all")
    for number in range(30):
        traffic.visit(traffic.browser(), campaign=f"c{number}", **DIRECT)
        traffic.cost("1", f"d{number}", day=date(2026, 3, 5))
    with CaptureQueriesContext(connection) as many:
        text_of(mara, f"/channels/?{MARCH}&open=all")
    assert len(many) == len(few) <= 20
