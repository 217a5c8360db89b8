"""Who is offered which page, and which one they are on."""

import pytest

from accord.server.ui import nav
from accord.server.ui.nav import AT_THE_FOOT, entries_for, foot_of, links_for

TOOLS = ["Duplicates", "Forms", "Tracking", "Imports"]
NUMBERS = ["Channels", "Campaigns", "Close rates", "Funnel"]


@pytest.mark.parametrize(
    ("role", "labels"),
    [
        (
            "sales",
            [
                "Queue",
                "Leads",
                "Near misses",
                "Calls",
                "Companies",
                "Attribution",
                "Scoreboard",
                "Board",
                "Teams",
                "Agreement",
                "Duplicates",
            ],
        ),
        (
            "marketing",
            ["To do", "Leads", "Near misses", "Calls", "Companies", *NUMBERS, "Scoreboard", "Agreement", *TOOLS],
        ),
        (
            "operations",
            [
                "Queue",
                "To do",
                "Leads",
                "Near misses",
                "Calls",
                "Companies",
                *NUMBERS,
                "Scoreboard",
                "Board",
                "Teams",
                "Agreement",
                *TOOLS,
            ],
        ),
        ("executive", ["Scoreboard", "Leads", "Near misses", *NUMBERS, "Board", "Agreement"]),
        ("agency", ["Queue", "Agreement"]),
        ("nobody", []),
    ],
)
def test_each_role_is_offered_its_pages_with_its_first_question_in_front(role: str, labels: list[str]):
    assert [entry.label for entry in entries_for(role)] == labels


@pytest.fixture
def addresses(monkeypatch: pytest.MonkeyPatch) -> dict[str, str]:
    known = {"queue": "/queue/", "leads": "/leads/", "scoreboard": "/scoreboard/", "agreement": "/agreement/"}
    monkeypatch.setattr(nav, "_address", known.get)
    return known


def test_a_page_that_does_not_exist_yet_is_left_out(addresses: dict[str, str]):
    assert "Imports" not in [link.label for link in links_for("operations", "/", None)]
    addresses["imports"] = "/imports/"
    assert "Imports" in [link.label for link in links_for("operations", "/", None)]


def test_a_page_that_is_not_offered_is_left_out_and_is_nowhere_the_current_one(addresses: dict[str, str]):
    assert [link.label for link in links_for("agency", "/queue/", "queue", without={"agreement"})] == ["Queue"]
    assert not any(link.current for link in links_for("agency", "/agreement/", "agreement", without={"agreement"}))


@pytest.mark.parametrize(
    ("path", "url_name", "current"),
    [
        ("/queue/", "queue", ["Queue"]),
        ("/lead/7/", "lead", ["Leads"]),
        ("/leads/export", "leads_export", ["Leads"]),
        ("/accounts/password/change/", "account_change_password", []),
        ("/queue/", None, ["Queue"]),
    ],
)
def test_at_most_one_link_is_the_current_one(
    addresses: dict[str, str], path: str, url_name: str | None, current: list[str]
):
    assert [link.label for link in links_for("sales", path, url_name) if link.current] == current


def test_a_badge_stands_beside_its_own_link_only(addresses: dict[str, str]):
    assert [link.badge for link in links_for("sales", "/", None, {"queue": 3})] == [3, None, None, None]


@pytest.mark.parametrize(
    ("role", "without", "shown"),
    [
        ("sales", set(), ["Queue", "Leads", "Calls", "Board"]),
        ("sales", {"board"}, ["Queue", "Leads", "Calls", "Companies"]),
        ("marketing", set(), ["To do", "Leads", "Near misses", "Scoreboard"]),
        ("operations", set(), ["Queue", "To do", "Leads", "Board"]),
        ("executive", set(), ["Scoreboard", "Leads", "Channels", "Board"]),
        ("agency", set(), ["Queue", "Agreement"]),
    ],
)
def test_at_the_foot_of_a_phone_stands_what_a_role_opens_most(role: str, without: set[str], shown: list[str]):
    links = links_for(role, "/", None, {"duplicates": 2, "agreement": 3, "queue": 9, "forms": 0}, without)
    foot = foot_of(links, role)
    assert [link.label for link in foot.shown] == shown
    assert {*foot.shown, *foot.more} == set(links)
    assert len(foot.shown) + bool(foot.more) <= AT_THE_FOOT
    hidden = {link.url_name for link in foot.more}
    assert foot.badge == 2 * ("duplicates" in hidden) + 3 * ("agreement" in hidden)


def test_no_two_pages_share_a_key():
    keys = [entry.key for entry in nav.ENTRIES]
    assert len(set(keys)) == len(keys)
