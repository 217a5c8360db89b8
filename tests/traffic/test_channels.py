"""The rules of Google's default channel group, row by row."""

import pytest

from accord.traffic.channels import Channel, channel

# The cases by which dbt-ga4 (MIT, (c) 2022 Adam Ribaudo) tests its own reading of Google's rules: source, medium,
# campaign, channel.
GA4 = [
    ("(direct)", "(none)", "", "Direct"),
    ("(direct)", "(not set)", "", "Direct"),
    ("some-source", "some-medium", "some-cross-network-campaign", "Cross-network"),
    ("some-source", "some-medium", "cross-network", "Cross-network"),
    ("some-source", "retargeting", "shopping", "Paid Shopping"),
    ("google", "ppc", "", "Paid Search"),
    ("facebook", "retargeting", "", "Paid Social"),
    ("youtube.com", "paid-something", "", "Paid Video"),
    ("youtube.com", "display", "", "Display"),
    ("some-source", "cpc", "", "Paid Other"),
    ("Google Shopping", "", "", "Organic Shopping"),
    ("some-source", "", "some-shopping-campaign", "Organic Shopping"),
    ("facebook", "", "", "Organic Social"),
    ("some-source", "social", "", "Organic Social"),
    ("youtube.com", "", "", "Organic Video"),
    ("some-source", "video", "", "Organic Video"),
    ("bing", "", "", "Organic Search"),
    ("some-source", "organic", "", "Organic Search"),
    ("some-source", "referral", "", "Referral"),
    ("email", "", "", "Email"),
    ("", "e mail", "", "Email"),
    ("some-source", "affiliate", "", "Affiliates"),
    ("some-source", "audio", "", "Audio"),
    ("sms", "", "", "SMS"),
    ("", "sms", "", "SMS"),
    ("some-source", "something-push", "", "Mobile Push Notifications"),
    ("some-source", "mobile-notification", "", "Mobile Push Notifications"),
    ("firebase", "", "", "Mobile Push Notifications"),
    ("some-source", "some-medium", "some-campaign", "Unassigned"),
]


@pytest.mark.parametrize(("source", "medium", "campaign", "expected"), GA4)
def test_the_channel_is_that_of_google_analytics(source: str, medium: str, campaign: str, expected: str) -> None:
    assert channel(source, medium, campaign) == expected


def test_alibaba_without_a_medium_is_organic_by_googles_own_rule() -> None:
    """The thirtieth case of dbt-ga4 expects Paid Shopping; Google asks for a paid medium, and none is stated there."""
    assert channel("alibaba", "") == "Organic Shopping"
    assert channel("alibaba", "cpc") == "Paid Shopping"


def test_every_channel_is_reached() -> None:
    reached = {expected for *_, expected in GA4} | {channel("alibaba", "cpc"), channel("chatgpt", "")}
    assert reached == set(Channel)


def test_a_campaign_is_about_a_shop_where_the_word_begins_with_it_or_an_e_stands_before() -> None:
    """Google's own expression, ``([^a-df-z]|^)shop``."""
    assert channel("x", "", "spring-shop") == channel("x", "", "eshop") == "Organic Shopping"
    assert channel("x", "", "workshop") == "Unassigned"


@pytest.mark.parametrize(
    ("source", "medium", "expected"),
    [
        ("ChatGPT.com", "", "AI Assistants"),
        ("perplexity", "referral", "AI Assistants"),
        ("chatgpt", "cpc", "Paid Other"),
        ("copilot.microsoft.com", "display", "Display"),
        ("GOOGLE", "CPC", "Paid Search"),
        ("google", "cpm", "Paid Search"),
        ("some-source", "CPM", "Display"),
        ("linkedin", "paid_social", "Paid Social"),
        ("google", "social", "Organic Social"),
        ("spring", "newsletter", "Unassigned"),
    ],
)
def test_case_and_order_are_googles_and_assistants_come_after_what_is_paid(
    source: str, medium: str, expected: str
) -> None:
    assert channel(source, medium) == expected
