"""The page of discounts: who sells below the list price by more than chance, and the deals behind it."""

import re
from html import unescape

from django.db.models import F
from tests.server.closing.conftest import Made
from tests.server.closing.test_pages import ODD, page, said
from tests.server.files.reading import read_csv

from accord.server.accounts.models import AuditEntry
from accord.server.pipeline.models import Deal

BY_SOURCE = "/close-rates/discounts/?rows=source"


def priced(made: Made) -> None:
    """Of each 1,000: fairs sell at 900 or 1,000, webinars at 1,000 or 1,100; of referrals there are five, at 500."""
    for source, off in (("fair", (100, 0)), ("webinar", (0, -100)), ("referral", (500, 500))):
        deals = [lead.deals.get() for lead in made.leads(*((30, 30) if off[0] < 500 else (5, 5)), source=source)]
        for number, deal in enumerate(deals):
            Deal.objects.filter(pk=deal.pk).update(list_amount=1000, amount=1000 - off[number % 2])
    made.leads(2, 2, source="fair")


def test_a_group_that_sells_below_the_rest_is_named_above_the_table(made: Made) -> None:
    priced(made)
    text = said(page(made.cast.mara, BY_SOURCE))
    assert "One difference stands out after 2 looks at 12 dimensions" in text
    assert "source webinar at 105 % of the list price, the rest at 88.6 %" in text
    assert "2 won deals without an amount or a list price are not among these" in text


def test_few_deals_are_grey_and_not_compared(made: Made) -> None:
    priced(made)
    html = page(made.cast.mara, BY_SOURCE)
    found = [(re.search(r'<td class="strong">(.*?)</td>', row), row) for row in html.split("<tr")]
    rows = {name[1]: row for name, row in found if name}
    assert "closing-few" in rows["referral"]
    assert "Too few, or all but a few, to be compared" in rows["referral"]
    assert "closing-few" not in rows["webinar"]
    assert "stands out above the rest" in rows["webinar"]


def test_where_prices_are_those_of_the_list_nothing_stands_out(made: Made) -> None:
    for source in ("fair", "webinar"):
        made.leads(30, 30, source=source)
    Deal.objects.update(list_amount=1000, amount=1000)
    assert "No group closes at other prices than the rest after 2 looks" in said(page(made.cast.mara, BY_SOURCE))


def test_every_number_opens_onto_as_many_deals(made: Made) -> None:
    priced(made)
    found = re.findall(r'<a href="(/close-rates/discounts/deals/[^"]+)">([\d,]+)</a>', page(made.cast.mara, BY_SOURCE))
    assert len(found) == 4 + 2 + 1 + 1 + 3  # groups and all; bands of fairs, webinars, referrals and all
    for address, count in found:
        assert f"{count} deal" in said(page(made.cast.mara, unescape(address))), address
    only = said(page(made.cast.mara, "/close-rates/discounts/deals/?rows=source&value=fair&band=2"))
    assert "15 deals. Source: fair. 5 to 10 % off." in only
    assert "€1,000.00 €900.00 10 %" in only


def test_both_are_handed_out_as_they_are_shown(made: Made) -> None:
    priced(made)
    lines = {row["Source"]: row for row in read_csv(page(made.cast.mara, f"{BY_SOURCE}&format=csv").encode())}
    fair = lines["fair"]
    assert (fair["Deals"], fair["Mean of list price"], fair["Median of list price"]) == ("30", "0.9500", "0.9500")
    assert (fair["5 to 10 % off"], fair["List price or more"], lines["referral"]["Believed"]) == ("15", "15", "no")
    assert lines["webinar"]["Stands out"] == "above"
    deals = read_csv(
        page(made.cast.mara, "/close-rates/discounts/deals/?rows=source&value=referral&format=csv").encode()
    )
    assert [(row["List price"], row["Amount"], row["Off the list price"]) for row in deals] == [
        ("1000.00", "500.00", "0.5000")
    ] * 5
    assert AuditEntry.objects.filter(action="discounts.exported", actor=made.cast.mara).count() == 2


def test_without_list_prices_the_page_says_how_to_give_them(made: Made) -> None:
    assert "No deal was won in this time" in said(page(made.cast.mara, "/close-rates/discounts/"))
    made.leads(3, 3)
    Deal.objects.update(amount=F("pk"))
    assert "No deal in this time has a list price" in said(page(made.cast.mara, "/close-rates/discounts/"))


def test_odd_parameters_break_nothing_and_sales_sees_none_of_it(made: Made) -> None:
    for query in (*ODD, "value=%00&band=9", "band=x&page=99999999"):
        page(made.cast.mara, f"/close-rates/discounts/?{query}")
        page(made.cast.mara, f"/close-rates/discounts/deals/?{query}")
    page(made.cast.priya, "/close-rates/discounts/", status=403)
    page(made.cast.priya, "/close-rates/discounts/deals/?format=csv", status=403)
