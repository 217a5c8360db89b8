"""Whatever a browser, or somebody who pretends to be one, says about itself."""

from hypothesis import given
from hypothesis import strategies as st

from accord.traffic.address import ascii_host, read_address, registrable_domain
from accord.traffic.arrivals import arrival
from accord.traffic.channels import Channel, channel

ANY_TEXT = st.text(st.characters(), max_size=60)  # lone surrogates and control characters included
NEARLY_AN_ADDRESS = st.builds(
    "{}://{}{}{}".format,
    st.sampled_from(["http", "https", "android-app", "HTTP", "ftp", ""]),
    ANY_TEXT | st.sampled_from(["[::1", "a.b", "google.com", "Ünï.example", "xn--a", "user:pw@h.example:99999"]),
    st.sampled_from(["", "/", "?", "/?utm_source=", "#utm_source=", "/?%ff=%ff&gclid="]),
    ANY_TEXT,
)
LABELS = st.text("abcdefghijklmnopqrstuvwxyzäöüéñłø", min_size=1, max_size=12)


@given(landing=ANY_TEXT | NEARLY_AN_ADDRESS, referrer=ANY_TEXT | NEARLY_AN_ADDRESS, own=st.lists(ANY_TEXT, max_size=3))
def test_no_text_is_too_odd(landing: str, referrer: str, own: list[str]) -> None:
    came = arrival(landing, referrer, own)
    if came is not None:
        texts = (came.source, came.medium, came.campaign, came.term, came.content, came.click_id, came.referrer_host)
        for text in texts:
            text.encode()  # what is kept can be stored
            assert "\x00" not in text
            assert len(text) <= 506
        assert came.channel in Channel
        assert came.source or came.medium or came.campaign


@given(source=ANY_TEXT, medium=ANY_TEXT, campaign=ANY_TEXT)
def test_every_statement_has_a_channel_in_any_case(source: str, medium: str, campaign: str) -> None:
    found = channel(source, medium, campaign)
    assert found in Channel
    assert channel(f" {source.casefold()} ", medium.casefold(), campaign.casefold()) is found


@given(labels=st.lists(LABELS, min_size=2, max_size=4))
def test_a_host_is_the_same_in_every_case_and_in_its_ascii_form(labels: list[str]) -> None:
    host = ascii_host(".".join(labels))
    assert ascii_host(f" {'.'.join(labels).title()}. ") == host
    assert ascii_host(host) == host
    assert read_address(f"https://{host}/x").host == host


@given(label=LABELS, page=LABELS)
def test_whoever_was_on_the_site_does_not_arrive(label: str, page: str) -> None:
    """Lesson 10."""
    landing = f"https://{label}.example/{page}?utm_source=internal"
    assert arrival(landing, f"https://WWW.{label}.example/", [f"{label}.EXAMPLE."]) is None


@given(text=ANY_TEXT)
def test_a_registrable_domain_is_the_end_of_its_host(text: str) -> None:
    host = ascii_host(text)
    domain = registrable_domain(host)
    assert host == domain or not domain or host.endswith(f".{domain}")
