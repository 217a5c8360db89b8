"""The pages of credit: each number is that of the rows behind it, and each is handed out as a file."""

import csv
import io
import re
from collections.abc import Callable
from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from tests.server.conftest import MONDAY, Cast, World
from tests.server.credit.conftest import bought, came, offered, paid

from accord.server.accounts.models import AuditEntry
from accord.server.credit.pages import ROWS_ON_A_PAGE
from accord.server.pipeline.models import Deal

pytestmark = pytest.mark.django_db(transaction=True)
MONTH = {"from": "2026-03", "to": "2026-03"}


@pytest.fixture
def mara(cast: Cast, client: Client) -> Client:
    client.force_login(cast.mara)
    return client


def rows(client: Client, name: str, *args: object, **given: str) -> list[dict[str, str]]:
    answer = client.get(reverse(name, args=args), {**MONTH, "format": "csv", **given})
    text = b"".join(answer.streaming_content).decode("utf-8-sig")  # type: ignore[attr-defined]  # it streams
    return list(csv.DictReader(io.StringIO(text)))


def page(client: Client, name: str, *args: object, **given: str) -> str:
    answer = client.get(reverse(name, args=args), {**MONTH, **given})
    assert answer.status_code == 200
    return re.sub(r"\s+", " ", answer.content.decode())


@pytest.mark.parametrize("name", ["campaigns", "campaign", "attribution", "won-deals", "restatements"])
def test_before_any_credit_was_given_a_page_says_what_makes_it(mara: Client, warehouse: object, name: str) -> None:
    assert "No credit has been given yet" in page(mara, name)


def test_who_took_which_file_is_written_down(march: tuple[Deal, Deal], cast: Cast, mara: Client) -> None:
    for name in ("campaigns", "attribution", "won-deals", "restatements"):
        rows(mara, name, model="last")
    rows(mara, "won-deal", march[1].pk)
    taken = AuditEntry.objects.filter(action="credit.exported", actor=cast.mara).order_by("pk")
    assert [entry.subject for entry in taken] == [
        "campaigns", "attribution", "won-deals", "restatements", f"deal-{march[1].pk}",
    ]  # fmt: skip
    assert taken[0].details == {**MONTH, "model": "last"}


def test_each_model_adds_up_to_the_bookings_with_a_row_of_what_is_unattributable(
    march: tuple[Deal, Deal], mara: Client
) -> None:
    found = rows(mara, "attribution")
    assert [row["Channel"] for row in found] == ["Email", "Paid Search", "Unattributable"]
    models = [name for name in found[0] if name.endswith("EUR")]
    assert len(models) == 11
    for model in models:
        assert sum(float(row[model]) for row in found) == 2000, model
    first, u_shaped = (f"{name} revenue EUR" for name in ("First touch", "U-shaped"))
    assert [(row[first], row[u_shaped]) for row in found] == [
        ("0.00", "500.00"), ("1000.00", "500.00"), ("1000.00", "1000.00"),
    ]  # fmt: skip
    shown = page(mara, "attribution")
    assert "€2,000" in shown
    assert "1 of 2 deals" in shown


def test_weights_of_the_agreements_own_are_a_model_beside_the_others_once_credit_is_given_by_them(
    march: tuple[Deal, Deal], world: World, mara: Client, counted: Callable[[], None]
) -> None:
    assert "Custom weights" not in page(mara, "attribution", model="custom")
    weights = "{first: 90 %, last: 10 %}"
    world.agree(("currency: EUR", f"currency: EUR\ncredit: {{model: custom, weights: {weights}}}"))
    assert "U-shaped (agreed)" in page(mara, "attribution")  # by which the numbers still are
    counted()
    assert "Custom weights (agreed)" in page(mara, "attribution")
    assert [row["Custom weights revenue EUR"] for row in rows(mara, "attribution")] == ["900.00", "100.00", "1000.00"]
    assert "Custom weights" in page(mara, "won-deal", march[0].pk)
    world.agree((f"model: custom, weights: {weights}", "model: first, weights: {first: 80 %, last: 20 %}"))
    counted()
    assert [row["Custom weights revenue EUR"] for row in rows(mara, "attribution")] == ["800.00", "200.00", "1000.00"]


def test_the_deals_behind_a_number_come_to_it(march: tuple[Deal, Deal], mara: Client) -> None:
    found = rows(mara, "won-deals", by="campaign", label="spring", model="linear")
    assert [(row["Deal"], row["Credit revenue EUR"]) for row in found] == [(str(march[0].pk), "500.00")]
    assert [row["Deal"] for row in rows(mara, "won-deals", untouched="1")] == [str(march[1].pk)]
    assert len(rows(mara, "won-deals")) == 2
    assert "<strong>spring</strong>: €500" in page(mara, "won-deals", by="campaign", label="spring", model="linear")


def test_a_deal_is_traced_to_its_first_touch_with_what_each_earned(march: tuple[Deal, Deal], mara: Client) -> None:
    found = rows(mara, "won-deal", march[0].pk)
    assert [(row["Channel"], row["Campaign"], row["Days before"]) for row in found] == [
        ("Paid Search", "spring", "8"), ("Email", "news", "6"),
    ]  # fmt: skip
    assert [row["Last touch revenue EUR"] for row in found] == ["0.00", "1000.00"]
    shown = page(mara, "won-deal", march[0].pk)
    assert "8 days and 2 touches after <strong>Paid Search</strong>" in shown
    assert "€300" in shown  # what its campaign cost in that month
    assert "No touch counts" in page(mara, "won-deal", march[1].pk)
    assert mara.get(reverse("won-deal", args=[0])).status_code == 404


def test_a_campaign_shows_what_it_cost_and_brought(march: tuple[Deal, Deal], mara: Client) -> None:
    found = {row["Campaign"]: row for row in rows(mara, "campaigns", model="linear")}
    spring = found["spring"]
    assert (spring["Cost EUR"], spring["Leads"], spring["Cost per Leads EUR"]) == ("300.00", "1", "300.00")
    assert (spring["Linear revenue EUR"], spring["ROI"], spring["Months to payback"]) == ("500.00", "0.6667", "1")
    assert (spring["Least of all models revenue EUR"], spring["Most of all models revenue EUR"]) == ("0.00", "1000.00")
    assert found["news"]["Cost EUR"] == ""
    assert "67 %" in page(mara, "campaigns", model="linear")


def test_a_campaign_is_shown_under_every_model_side_by_side(
    march: tuple[Deal, Deal], mara: Client, counted: Callable[[], None]
) -> None:
    """It cost 300 and was the first of two touches of a deal of 1,000, of which 800 are margin."""
    Deal.objects.filter(pk=march[0].pk).update(margin="800.00")
    counted()
    spring = {"by": "campaign", "label": "spring"}
    found = {row["Model"]: row for row in rows(mara, "campaign", **spring)}
    assert next(iter(found)) == "U-shaped"  # as agreed
    assert {
        name: tuple(found[name][of] for of in ("Revenue EUR", "ROI", "Payback"))
        for name in ("First touch", "Linear", "Last touch")
    } == {
        "First touch": ("1000.00", "2.3333", "1"),
        "Linear": ("500.00", "0.6667", "1"),
        "Last touch": ("0.00", "-1.0000", ""),
    }
    assert [found[name]["ROI of margin"] for name in ("First touch", "Last touch")] == ["1.6667", "-1.0000"]
    assert found["Linear"]["Margin EUR"] == "400.00"
    assert found["Linear"]["Deals"] == "0.5"
    shown = page(mara, "campaign", **spring)
    assert "earned between €0 and €1,000, <strong>€500</strong> by U-shaped" in shown
    assert "-100 % – 233 %" in shown.replace("−", "-").replace("\xa0", " ")
    assert 'name="from" aria-label="First month" value="2026-03"' in shown
    assert '<input type="hidden" name="label" value="spring">' in shown  # which other months are asked of as well
    (listed,) = re.findall(r'href="([^"]+)" data-open>spring', page(mara, "campaigns"))
    assert "Under every model" in mara.get(listed.replace("&amp;", "&")).content.decode()


def test_of_what_cost_nothing_no_return_is_shown_and_of_what_nobody_knows_nothing(
    march: tuple[Deal, Deal], mara: Client
) -> None:
    (row, *_) = rows(mara, "campaign", by="campaign", label="news")
    assert list(row) == ["Model", "Revenue EUR", "Deals"]
    assert "Nothing in these months" in page(mara, "campaign", by="campaign", label="never heard of")
    assert "Nothing in these months" in page(mara, "campaign", by="direction", label="sideways\0")


def test_from_a_campaign_one_comes_to_its_open_and_lost_deals_and_sees_whose_touches_came_before(
    march: tuple[Deal, Deal], world: World, mara: Client, counted: Callable[[], None]
) -> None:
    """Two came by the campaign and have an open and a lost deal; one more came after theirs was lost."""
    late, hope, lost = (world.lead(source="") for _ in range(3))
    for lead, day in ((hope, 2), (hope, 4), (lost, 2), (late, 9)):
        came(lead, day)
    deals = {lead: offered(lead, 5, outcome) for lead, outcome in ((hope, "open"), (lost, "lost"), (late, "lost"))}
    counted()
    spring = {row["Campaign"]: row for row in rows(mara, "campaigns")}["spring"]
    assert [spring[f"Deals {name}"] for name in ("won", "open", "lost")] == ["1", "1", "1"]
    behind = {"by": "campaign", "label": "spring"}
    shown = page(mara, "campaigns")
    for outcome, of in (("open", [deals[hope]]), ("lost", [deals[lost]]), ("won", [march[0]])):
        found = rows(mara, "won-deals", **behind, outcome=outcome)
        assert [(row["Deal"], row["Outcome"]) for row in found] == [(str(deal.pk), outcome.title()) for deal in of]
        assert [row["Touched by"] for row in found] == [str(deal.lead.person) for deal in of]
        assert outcome == "won" or f"label=spring&amp;outcome={outcome}" in shown
    found = {row["Deal"]: row for row in rows(mara, "won-deals", **behind, outcome="all", sort="-touches")}
    first = found[str(deals[hope].pk)]
    assert (len(found), first["Touches of it"], first["Amount"], first["Credit revenue EUR"]) == (3, "2", "500.00", "")
    listed = page(mara, "won-deals", **behind, outcome="open")
    assert f'href="/leads/{hope.pk}/"' in listed
    assert [int(each) for each in re.findall(r'<span class="count">(\d+)</span>', listed)][:4] == [1, 1, 1, 3]
    assert len(rows(mara, "won-deals", outcome="all")) == 5


def test_long_tables_come_in_pages_and_their_sums_and_files_hold_every_row(
    march: tuple[Deal, Deal], mara: Client, counted: Callable[[], None]
) -> None:
    for number in range(ROWS_ON_A_PAGE):
        came(march[1].lead, 1, content=f"c{number:03}", source=f"s{number}")
    counted()
    for name, heading in (("attribution", "Linear revenue EUR"), ("campaigns", "U-shaped revenue EUR")):
        given = {"by": "content", "sort": "name"}
        first, second = page(mara, name, **given), page(mara, name, **given, page="2")
        assert "c099" not in first
        assert "c098" in first
        assert "c099" in second
        assert "€2,000" in second.partition("<tfoot>")[2]
        found = rows(mara, name, **given)
        assert len(found) == ROWS_ON_A_PAGE + 2  # that of the other deal, which is not stated, and the rest
        assert sum(round(100 * float(row[heading])) for row in found) == 200_000


def test_people_are_shown_and_exported_by_their_names(march: tuple[Deal, Deal], mara: Client) -> None:
    name = str(march[0].lead.person)
    assert [row["Whose touch"] for row in rows(mara, "attribution", by="person")] == [name, "Unattributable"]
    shown = page(mara, "attribution", by="person")
    assert f"<strong>{name}</strong>" in shown
    assert f"data-open>{name}</a>" in shown
    assert f"data-open>{name}</a>" in page(mara, "attribution", by="person", q=name.split(maxsplit=1)[0].lower())


def test_what_a_search_leaves_out_is_said_on_the_page_and_in_the_file(march: tuple[Deal, Deal], mara: Client) -> None:
    said = "1 left out by the search, and unattributable"
    found = rows(mara, "attribution", q="mail")
    assert [row["Channel"] for row in found] == ["Email", said]
    assert [row["U-shaped revenue EUR"] for row in found] == ["500.00", "1500.00"]
    shown = page(mara, "attribution", q="mail")
    assert said in shown
    assert "€1,500" in shown
    found = rows(mara, "campaigns", q="news")
    assert [row["Cost EUR"] for row in found] == ["", "300.00"]
    assert [row["Campaign"] for row in found] == ["news", said.replace("1", "2")]


def test_every_row_of_campaigns_has_a_cell_for_each_heading(march: tuple[Deal, Deal], mara: Client) -> None:
    for given in ({}, {"by": "content"}, {"span": "all", "from": "", "to": ""}, {"q": "news"}):
        table = page(mara, "campaigns", **given).partition('<table class="grid-table')[2].partition("</table>")[0]
        widths = {len(re.findall(r"<t[hd][ >]", row)) for row in table.split("<tr")[1:]}
        assert len(widths) == 1, given


def test_exact_amounts_are_text_that_everybody_can_read(
    march: tuple[Deal, Deal], mara: Client, counted: Callable[[], None]
) -> None:
    Deal.objects.filter(pk=march[0].pk).update(amount="1000.55")
    counted()
    for name, args in (("attribution", ()), ("campaigns", ()), ("won-deals", ()), ("won-deal", (march[0].pk,))):
        assert "€500.28" not in (rounded := page(mara, name, *args, model="linear", by="campaign", label="news"))
        assert "amounts=exact" in rounded
        assert re.search(
            "€500.2[78]", page(mara, name, *args, model="linear", by="campaign", amounts="exact", label="news")
        )


def test_by_campaign_a_deal_shows_what_its_campaigns_earned(march: tuple[Deal, Deal], mara: Client) -> None:
    listed = rows(mara, "won-deals", by="campaign", label="spring", model="markov")
    traced = rows(mara, "won-deal", march[0].pk, by="campaign")
    assert listed[0]["Credit revenue EUR"] == traced[0]["Markov revenue EUR"]


@pytest.mark.parametrize("given", [{"by": "person", "label": ""}, {"by": "user", "label": "9" * 40}])
def test_a_label_that_nobody_has_is_no_deal(march: tuple[Deal, Deal], mara: Client, given: dict[str, str]) -> None:
    assert "No deal in these months" in page(mara, "won-deals", **given)
    assert mara.get(f"/attribution/deals/{10**40}/").status_code == 404


def test_deals_can_be_counted_instead_of_money(march: tuple[Deal, Deal], mara: Client) -> None:
    found = rows(mara, "attribution", measure="deals")
    assert sum(float(row["Linear (deals)"]) for row in found) == 2
    assert "0.50" in page(mara, "attribution", measure="deals", model="linear")


def test_inbound_is_measured_against_the_target_of_the_agreement(
    march: tuple[Deal, Deal], world: World, mara: Client, counted: Callable[[], None]
) -> None:
    assert "no target is agreed" in page(mara, "attribution")
    world.agree(("currency: EUR", "currency: EUR\ncredit: {model: first, inbound: at least 60 %}"))
    counted()
    shown = page(mara, "attribution")
    assert "at least 60 % is agreed" in shown
    assert "100 %" in shown  # by the first touch, which is the agreed model now


def test_sales_sees_credit_and_no_costs(march: tuple[Deal, Deal], cast: Cast, client: Client) -> None:
    client.force_login(cast.priya)
    assert client.get(reverse("campaigns")).status_code == 403
    assert "€300" not in page(client, "won-deal", march[0].pk)
    assert 'href="/campaigns/' not in page(client, "attribution")


def test_a_margin_without_a_rate_is_said_and_counts_as_nothing(
    march: tuple[Deal, Deal], mara: Client, counted: Callable[[], None]
) -> None:
    Deal.objects.filter(pk=march[0].pk).update(margin="90.00", currency="USD", amount=None)
    counted()
    said = "2 deals count as nothing: no margin is stated, or, of 1, no exchange rate of the day is known"
    assert said in page(mara, "attribution", measure="margin")
    assert "1 deal counts as nothing: no revenue is stated." in page(mara, "attribution")
    shown = page(mara, "won-deal", march[0].pk)
    assert "<dt>Margin</dt><dd>no rate of its day is known</dd>" in shown
    assert "<dt>In EUR</dt><dd>not stated</dd>" in shown
    assert "<dt>Margin</dt><dd>not stated</dd>" in page(mara, "won-deal", march[1].pk)


def test_of_a_cohort_payback_is_of_its_own_costs_and_the_deals_of_its_leads(
    march: tuple[Deal, Deal], world: World, mara: Client, counted: Callable[[], None]
) -> None:
    """In March 300 were spent and 500 earned; in April 400, and 500 of March's lead. April's own lead buys in May."""
    late = world.lead(source="", at=MONDAY + timedelta(days=35))
    came(late, 36)
    bought(late, 70)
    bought(march[0].lead, 40)
    paid(36, "400.00")
    counted()
    model = {"model": "linear", "from": "2026-04", "to": "2026-04"}
    ever, cohort = (
        next(row for row in rows(mara, "campaigns", **model, **more) if row["Campaign"] == "spring")
        for more in ({}, {"of": "cohort"})
    )
    assert (ever["Months to payback"], cohort["Months to payback"]) == ("1", "2")
    assert (cohort["Cost EUR"], cohort["Linear revenue EUR"]) == ("400.00", "1000.00")


def test_sales_is_told_of_as_many_restatements_as_it_may_read(
    march: tuple[Deal, Deal], cast: Cast, client: Client, counted: Callable[[], None]
) -> None:
    paid(2, "50.00", "late")
    Deal.objects.filter(pk=march[1].pk).update(amount="400.00")
    counted()
    for user, number in ((cast.mara, "2 numbers of months"), (cast.priya, "1 number of months")):
        client.force_login(user)
        assert f"{number} that were over changed" in page(client, "attribution")
        assert len(rows(client, "restatements")) == int(number[0])


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"from": "2026-13"}, "is no month"),
        ({"from": "2026-05", "to": "2026-03"}, "were exchanged"),
        ({"by": "nothing", "model": "x", "scope": "x", "measure": "x", "sort": "x", "page": "x"}, "U-shaped"),
        ({"q": "\x00'\" OR 1=1 --"}, "Nothing matches"),
    ],
)
def test_what_cannot_be_understood_is_said_or_left_out(
    march: tuple[Deal, Deal], mara: Client, given: dict[str, str], said: str
) -> None:
    assert said in page(mara, "attribution", **given)
    for name in ("campaigns", "won-deals"):
        page(mara, name, **{**given, "label": "%' OR 1=1"})
