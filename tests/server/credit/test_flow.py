"""The drawing of journeys: as wide as the deals that went there."""

from accord.insight.credit.questions import Step
from accord.server.credit.flow import HIGH, OTHERS, SHOWN, STEPS, WIDE, WON, flow


def test_without_journeys_there_is_nothing_to_draw() -> None:
    assert flow([]) is None


def test_every_journey_enters_and_leaves_every_bar_once() -> None:
    drawn = flow(
        [Step(1, "Search", "Email", 3), Step(1, "Email", "", 1), Step(2, "Email", "", 2), Step(2, "Email", "Search", 1),
         Step(3, "Search", "", 1)]
    )  # fmt: skip
    assert drawn is not None
    deals = {(node.step, node.name): node.deals for node in drawn.nodes}
    assert deals == {(1, "Search"): 3, (1, "Email"): 1, (2, "Email"): 3, (3, "Search"): 1, (STEPS + 1, "Won"): 4}
    for node in drawn.nodes:
        out = sum(link.deals for link in drawn.links if (link.step, link.source) == (node.step, node.name))
        assert node.key == WON or out == node.deals
        assert 0 <= node.x < WIDE
        assert 0 <= node.y <= HIGH - node.high


def test_rare_channels_are_drawn_as_one_and_what_goes_on_too_long_ends_so() -> None:
    drawn = flow([*(Step(1, f"C{at}", "", 20 - at) for at in range(SHOWN + 3)), Step(STEPS, "C0", "C1", 2)])
    assert drawn is not None
    names = {node.name for node in drawn.nodes}
    assert names == {*(f"C{at}" for at in range(SHOWN)), "Others", "Won", "More steps"}
    assert next(node.deals for node in drawn.nodes if node.key == OTHERS) == 14 + 13 + 12


def test_channels_that_are_called_like_what_is_no_channel_keep_their_own_bars() -> None:
    """Whatever a source calls its channels: a deal that came by "Won" and "Others" has two steps, and is won once."""
    drawn = flow([Step(1, "Won", "Others", 2), Step(2, "Others", "More steps", 2), Step(3, "More steps", "", 2)])
    assert drawn is not None
    assert {(node.step, node.name): node.deals for node in drawn.nodes} == {
        (1, "“Won”"): 2, (2, "“Others”"): 2, (3, "“More steps”"): 2, (STEPS + 1, "Won"): 2,
    }  # fmt: skip
    assert [(link.source, link.target) for link in drawn.links] == [
        ("“Won”", "“Others”"), ("“Others”", "“More steps”"), ("“More steps”", "Won"),
    ]  # fmt: skip
