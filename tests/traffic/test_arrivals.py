"""How somebody came, read off the address they landed on and the referrer."""

import pytest

from accord.traffic.arrivals import Arrival, arrival
from accord.traffic.channels import Channel

HERE = "https://northwind.example"


def came(landing: str, referrer: str = "") -> Arrival:
    found = arrival(landing, referrer, ["northwind.example"])
    assert found is not None
    return found


def test_everything_that_the_link_states_is_kept() -> None:
    found = came(
        f"{HERE}/pricing?utm_source=Trade+Fair&utm_medium=letter&utm_campaign=Spring%2026&utm_term=scales"
        "&utm_content=A&gclid=Cj0KC",
        "https://www.google.com/",
    )
    assert found == Arrival(
        source="Trade Fair",
        medium="letter",
        campaign="Spring 26",
        term="scales",
        content="A",
        click_id="gclid=Cj0KC",
        channel=Channel.UNASSIGNED,
        inbound=False,
        referrer_host="www.google.com",
    )


@pytest.mark.parametrize(
    ("query", "source", "medium", "channel"),
    [
        ("gclid=1", "google", "cpc", "Paid Search"),
        ("gbraid=1", "google", "cpc", "Paid Search"),
        ("wbraid=1", "google", "cpc", "Paid Search"),
        ("GCLID=1", "google", "cpc", "Paid Search"),
        ("dclid=1", "google", "display", "Display"),
        ("msclkid=1", "bing", "cpc", "Paid Search"),
        ("li_fat_id=1", "linkedin", "cpc", "Paid Social"),
        ("ttclid=1", "tiktok", "cpc", "Paid Social"),
        ("twclid=1", "twitter", "cpc", "Paid Social"),
        ("fbclid=1", "facebook", "social", "Organic Social"),
        ("fbclid=1&gclid=1", "google", "cpc", "Paid Search"),
        ("awc=1", "awin", "affiliate", "Affiliates"),
        ("mkt_tok=1", "marketo", "email", "Email"),
        ("utm_source=AdWords&gclid=1", "AdWords", "cpc", "Paid Other"),
        ("utm_source=newsletter&fbclid=1", "newsletter", "", "Unassigned"),
        ("utm_medium=email&fbclid=1", "", "email", "Email"),
        ("utm_medium=social&gclid=1", "google", "social", "Organic Social"),
        ("gclid=", "(direct)", "(none)", "Direct"),
    ],
)
def test_a_click_id_tells_what_the_link_leaves_out(query: str, source: str, medium: str, channel: str) -> None:
    found = came(f"{HERE}/?{query}")
    assert (found.source, found.medium, found.channel) == (source, medium, channel)


@pytest.mark.parametrize(
    ("referrer", "source", "medium", "channel"),
    [
        ("https://www.google.com/", "google", "organic", "Organic Search"),
        ("https://www.google.co.uk/", "google", "organic", "Organic Search"),
        ("https://images.google.de/", "google images", "organic", "Organic Search"),
        ("https://de.search.yahoo.com/", "yahoo", "organic", "Organic Search"),
        ("https://duckduckgo.com/", "duckduckgo", "organic", "Organic Search"),
        ("android-app://com.google.android.googlequicksearchbox/", "google", "organic", "Organic Search"),
        ("https://www.linkedin.com/", "linkedin", "referral", "Organic Social"),
        ("https://t.co/abc", "twitter", "referral", "Organic Social"),
        ("https://m.facebook.com/", "facebook", "referral", "Organic Social"),
        ("https://www.youtube.com/", "youtube", "referral", "Organic Video"),
        ("https://www.ebay.de/", "ebay.de", "referral", "Organic Shopping"),
        ("https://chatgpt.com/", "chatgpt", "referral", "AI Assistants"),
        ("https://www.perplexity.ai/", "perplexity", "referral", "AI Assistants"),
        ("https://gemini.google.com/app", "gemini", "referral", "AI Assistants"),
        ("https://x.com/i/grok", "grok", "referral", "AI Assistants"),
        ("https://mail.google.com/", "mail.google.com", "email", "Email"),
        ("android-app://com.google.android.gm/", "com.google.android.gm", "email", "Email"),
        ("https://support.google.com/", "support.google.com", "referral", "Referral"),
        ("https://www.partner.example/northwind", "partner.example", "referral", "Referral"),
        ("https://notfacebook.com/", "notfacebook.com", "referral", "Referral"),
        ("file:///C:/mail.html", "(direct)", "(none)", "Direct"),
        ("", "(direct)", "(none)", "Direct"),
    ],
)
def test_a_referrer_tells_where_somebody_came_from(referrer: str, source: str, medium: str, channel: str) -> None:
    found = came(f"{HERE}/", referrer)
    assert (found.source, found.medium, found.channel) == (source, medium, channel)


def test_instagram_is_told_from_facebook_by_the_referrer() -> None:
    assert came(f"{HERE}/?fbclid=1", "https://l.instagram.com/").source == "instagram"


@pytest.mark.parametrize(
    "referrer",
    [
        f"{HERE}/products",
        "http://NORTHWIND.example:8080/",
        "https://shop.northwind.example/",
        "https://shop.müller.example/",
        "https://xn--mller-kva.example/",
    ],
)
def test_the_campaign_of_a_later_page_within_the_site_is_no_arrival(referrer: str) -> None:
    """Lesson 10: first and last touch survive navigation, so an internal link cannot overwrite them."""
    landing = f"{HERE}/pricing?utm_source=banner&utm_medium=cpc&gclid=1"
    assert arrival(landing, referrer, ["northwind.example", "Müller.example"]) is None
    assert arrival(landing, "https://othernorthwind.example/", ["northwind.example"]) is not None


def test_a_page_reached_from_its_own_host_is_no_arrival_even_where_no_host_is_named() -> None:
    """Lesson 10."""
    assert arrival("https://shop.example/b", "https://shop.example/a") is None
    assert arrival("https://shop.example/b", "") is not None


@pytest.mark.parametrize(
    ("query", "referrer", "inbound"),
    [
        ("utm_medium=email", "", False),
        ("utm_source=sms", "", False),
        ("utm_medium=web-push", "", False),
        ("utm_source=agency&utm_medium=Outbound-Call", "", False),
        ("mc_eid=1", "", False),
        ("", "https://mail.google.com/", None),
        ("utm_source=x&utm_medium=y", "", None),
        ("utm_medium=cpc", "", True),
        ("", "https://www.google.com/", True),
        ("", "https://partner.example/", True),
        ("", "", True),
    ],
)
def test_what_our_side_started_is_outbound(query: str, referrer: str, inbound: bool | None) -> None:
    assert came(f"{HERE}/?{query}", referrer).inbound is inbound


def test_what_is_stated_can_be_stored() -> None:
    found = came(f"{HERE}/?utm_source=%00a%0Ab%ED%A0%80&utm_medium={'m' * 900}&gclid={'g' * 900}")
    assert "\x00" not in found.source
    assert "\n" not in found.source
    assert len(found.medium) == 200
    assert len(found.click_id) == len("gclid=") + 500


def test_campaigns_in_the_fragment_count_where_the_query_names_none() -> None:
    assert came(f"{HERE}/#utm_source=a").source == "a"
    assert came(f"{HERE}/?utm_source=b#utm_source=a").source == "b"
