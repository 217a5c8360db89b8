"""Acceptance and time to the first attempt: by hand, and on random worlds against loops that know nothing of SQL."""

import random
from collections import Counter, defaultdict
from typing import Any

import pytest
from tests.insight.conftest import DAY, HOUR, NOW, Both, lead, went

from accord.insight import wilson

STAGES = ["subscriber", "lead", "mql", "sal", "sql", "opportunity", "customer"]
BANDS = (("under_1h", HOUR), ("under_4h", 4 * HOUR), ("under_8h", 8 * HOUR), ("under_16h", 16 * HOUR))
Row = dict[str, Any]


def offer(key: int, status: str, **more: object) -> Row:
    decided = {"decided_us": 6 * DAY, "decided_by": 1} if status in {"accepted", "rejected"} else {}
    fixed = {"offer_id": key, "lead_id": key, "revision": 1, "owner_id": 1, "queue": "field", "status": status}
    return {**fixed, "offered_us": 5 * DAY, **decided, **more}


def clock(key: int, start: int, outcome: str, response: int, **more: object) -> Row:
    stopped = {"stopped_us": start + response, "response_us": response, "outcome": outcome} if outcome else {}
    fixed = {"clock_id": key, "lead_id": key, "offer_id": key, "revision": 1, "side": "sales"}
    return {**fixed, "promise": "first_attempt", "started_us": start, "due_us": start + HOUR, **stopped, **more}


# --- acceptance -----------------------------------------------------------------------------------------------------


def test_what_nobody_decided_in_time_is_no_acceptance_of_anybodys(both: Both) -> None:
    star = {
        "leads": [lead(1, source="fair"), lead(2, source="fair"), lead(3)],
        "offers": [
            offer(1, "accepted"),
            offer(2, "accepted", decided_by=None),
            offer(3, "rejected", reject_reason="not_now", owner_id=2, revision=2),
        ],
    }
    assert both.ask("acceptance", star) == sorted(
        [
            ("all", "", 1, 1, 1),
            ("source", "fair", 1, 0, 1),
            ("source", "", 0, 1, 0),
            ("owner", "1", 1, 0, 1),
            ("owner", "2", 0, 1, 0),
            ("revision", "1", 1, 0, 1),
            ("revision", "2", 0, 1, 0),
            ("reason", "not_now", 0, 1, 0),
        ],
        key=repr,
    )


def test_an_accepted_lead_that_changes_hands_is_not_accepted_twice(both: Both) -> None:
    offers = [
        offer(1, "accepted"),
        offer(2, "accepted", lead_id=1, decided_by=None, decided_us=7 * DAY, owner_id=2),
        offer(3, "withdrawn", lead_id=1),
    ]
    star = {"leads": [lead(1)], "offers": offers}
    assert both.ask("acceptance", star)[0] == ("all", "", 1, 0, 0)
    assert both.ask("acceptance", star, from_us=7 * DAY) == []


def test_a_lead_taken_from_a_queue_is_accepted_by_its_taker(both: Both) -> None:
    star = {"leads": [lead(1)], "offers": [offer(1, "accepted", owner_id=None, decided_by=7)]}
    assert ("owner", "7", 1, 0, 0) in both.ask("acceptance", star)


# --- time to the first attempt --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("waited", "band"),
    [
        (0, "under_1h"),
        (HOUR - 1, "under_1h"),
        (HOUR, "under_4h"),
        (4 * HOUR, "under_8h"),
        (8 * HOUR, "under_16h"),
        (16 * HOUR, "later"),
    ],
)
def test_a_band_holds_its_lower_edge_and_not_its_upper_one(both: Both, waited: int, band: str) -> None:
    star = {"leads": [lead(1)], "offers": [offer(1, "open")], "clocks": [clock(1, 5 * DAY, "kept", waited)]}
    assert both.ask("first_tries", star)[0][2:4] == (waited, band)


def test_a_lead_waits_with_everybody_who_had_it_until_it_is_tried(both: Both) -> None:
    """Three hours with the first, two with the second; the third had it after it was tried."""
    clocks = [
        clock(1, 5 * DAY, "missed", 3 * HOUR),
        clock(2, 6 * DAY, "late", 2 * HOUR, lead_id=1),
        clock(3, 7 * DAY, "kept", 9 * HOUR, lead_id=1),
    ]
    star = {"leads": [lead(1)], "offers": [offer(n, "open", lead_id=1) for n in (1, 2, 3)], "clocks": clocks}
    assert both.ask("first_tries", star)[0][1:4] == (5 * DAY, 5 * HOUR, "under_8h")


def test_a_clock_that_goes_on_for_another_counts_once(both: Both) -> None:
    """Given away by mistake and taken back: the second clock began when the first did."""
    clocks = [clock(1, 5 * DAY, "void", HOUR), clock(2, 5 * DAY, "kept", 2 * HOUR, lead_id=1)]
    star = {"leads": [lead(1)], "offers": [offer(n, "open", lead_id=1) for n in (1, 2)], "clocks": clocks}
    assert both.ask("first_tries", star)[0][2] == 2 * HOUR


def test_whoever_may_still_be_tried_in_time_is_left_out(both: Both) -> None:
    clocks = [
        clock(1, 5 * DAY, "", 0, due_us=NOW),
        clock(2, 5 * DAY, "", 0, due_us=NOW - 1),
        clock(3, 5 * DAY, "", 0, due_us=NOW - 1, paused_us=6 * DAY),
        clock(4, 5 * DAY, "void", HOUR),
    ]
    star = {"leads": [lead(n) for n in range(1, 5)], "offers": [offer(n, "open") for n in range(1, 5)]}
    found = both.ask("first_tries", {**star, "clocks": clocks})
    assert [(row[0], row[3]) for row in found] == [(2, "never"), (4, "never")]


# --- random worlds --------------------------------------------------------------------------------------------------


def a_world(chance: random.Random) -> dict[str, list[Row]]:
    star: dict[str, list[Row]] = {"leads": [], "offers": [], "clocks": [], "stage_changes": [], "deals": []}
    for key in range(1, 25):
        star["leads"].append(lead(key, source=chance.choice(["", "fair", "web"])))
        star["stage_changes"] += went(key, *chance.sample(STAGES, k=chance.randint(1, 4)))
        if chance.random() < 0.3:
            outcome = chance.choice(["won", "lost", "open"])
            star["deals"].append({"deal_id": key, "lead_id": key, "outcome": outcome, "currency": "EUR"})
        at = chance.randrange(1, 80) * DAY
        for _ in range(chance.choice([0, 1, 1, 2, 3])):
            number = len(star["offers"]) + 1
            status = chance.choice(["open", "accepted", "accepted", "rejected", "withdrawn"])
            decided = status in {"accepted", "rejected"}
            reason = chance.choice(["not_now", "wrong_size"]) if status == "rejected" else ""
            star["offers"].append(
                offer(
                    number,
                    status,
                    lead_id=key,
                    owner_id=chance.choice([None, 1, 2]),
                    queue=chance.choice(["field", "enterprise"]),
                    revision=chance.choice([1, 2]),
                    decided_by=chance.choice([None, 1, 2]) if decided else None,
                    decided_us=at + chance.randrange(3) * HOUR if decided else None,
                    offered_us=at,
                    reject_reason=reason,
                )
            )
            if chance.random() < 0.8:
                outcome = chance.choice(["", "kept", "late", "missed", "void"])
                again = at if chance.random() < 0.8 else at - DAY
                took = chance.choice([1, 60, 239, 240, 600, 2000]) * HOUR // 60
                more = {"due_us": chance.choice([NOW - 1, NOW]), "paused_us": chance.choice([None, None, at])}
                made = clock(number, again, outcome, took, lead_id=key, **(more if not outcome else {}))
                star["clocks"].append(made | {"offer_id": number})
            at += chance.randrange(3) * DAY
    return star


def decisions(star: dict[str, list[Row]], team: str, since: int, until: int) -> Counter[tuple[str, str, str]]:
    source = {one["lead_id"]: one["source"] for one in star["leads"]}
    seen: set[int] = set()
    found: Counter[tuple[str, str, str]] = Counter()
    decided = [one for one in star["offers"] if one["status"] in {"accepted", "rejected"}]
    for one in sorted(decided, key=lambda one: (one["decided_us"], one["offer_id"])):
        if one["status"] == "accepted":
            if one["lead_id"] in seen:
                continue
            seen.add(one["lead_id"])
        if not since <= one["decided_us"] < until or team not in {"", one["queue"]}:
            continue
        silent = one["status"] == "accepted" and one["decided_by"] is None
        verdict = "silent" if silent else one["status"]
        owner = one["owner_id"] if one["owner_id"] is not None else one["decided_by"]
        found["all", "", verdict] += 1
        found["source", source[one["lead_id"]], verdict] += 1
        found["owner", "" if owner is None else str(owner), verdict] += 1
        found["revision", str(one["revision"]), verdict] += 1
        if verdict == "rejected":
            found["reason", one["reject_reason"], verdict] += 1
    return found


def tries(star: dict[str, list[Row]], team: str, since: int, until: int) -> dict[str, list[int]]:
    found: dict[str, list[int]] = defaultdict(lambda: [0, 0, 0, 0])
    queue = {one["offer_id"]: one["queue"] for one in star["offers"]}
    for one in star["leads"]:
        key = one["lead_id"]
        mine = [each for each in star["clocks"] if each["lead_id"] == key]
        if not mine:
            continue
        answered = [each["stopped_us"] for each in mine if each.get("outcome") in {"kept", "late"}]
        running = [each for each in mine if "stopped_us" not in each]
        in_time = any(each["paused_us"] is not None or each["due_us"] >= NOW for each in running)
        if not answered and in_time:
            continue
        first = min(each["started_us"] for each in mine)
        if not since <= first < until or team not in {"", queue[min(each["offer_id"] for each in mine)]}:
            continue
        band = "never"
        if answered:
            longest: dict[int, int] = {}
            for each in mine:
                if "stopped_us" in each and each["stopped_us"] <= min(answered):
                    start = each["started_us"]
                    longest[start] = max(longest.get(start, 0), each["response_us"])
            waited = sum(longest.values())
            band = next((name for name, edge in BANDS if waited < edge), "later")
        offers = [each for each in star["offers"] if each["lead_id"] == key]
        accepted = any(each["status"] == "accepted" and each["decided_by"] is not None for each in offers)
        stages = [each["to_stage"] for each in star["stage_changes"] if each["lead_id"] == key]
        sql = any(STAGES.index(stage) >= STAGES.index("sql") for stage in stages)
        won = any(each["lead_id"] == key and each["outcome"] == "won" for each in star["deals"])
        for place, counts in enumerate((True, accepted, sql, won)):
            found[band][place] += counts
    return found


@pytest.mark.parametrize("seed", range(12))
def test_random_worlds_are_counted_as_by_hand(both: Both, seed: int) -> None:
    chance = random.Random(seed)  # noqa: S311  # the same world each time
    star = a_world(chance)
    for team in ("", "field"):
        since, until = sorted(chance.sample(range(90), k=2))
        span = {"from_us": since * DAY, "to_us": until * DAY}
        wanted = decisions(star, team, span["from_us"], span["to_us"])
        rows = both.ask("acceptance", star, team=team, **span)
        verdicts = ("accepted", "rejected", "silent")
        counted = Counter(
            {(part, name, v): n for part, name, *each in rows for v, n in zip(verdicts, each, strict=True)}
        )
        assert +counted == wanted
        found = {band: list(counts) for band, *counts in both.ask("tries_and_outcomes", star, team=team, **span)}
        assert found == tries(star, team, span["from_us"], span["to_us"])


def test_the_random_worlds_hold_every_band_and_every_verdict() -> None:
    bands: set[str] = set()
    verdicts: set[str] = set()
    for seed in range(12):
        star = a_world(random.Random(seed))  # noqa: S311  # likewise
        bands |= set(tries(star, "", 0, NOW))
        verdicts |= {verdict for *_, verdict in decisions(star, "", 0, NOW)}
    assert bands == {"under_1h", "under_4h", "under_8h", "under_16h", "later", "never"}
    assert verdicts == {"accepted", "rejected", "silent"}


# --- how sure a share is --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("found", "of", "low", "high"),
    [(0, 10, 0.0, 0.2775), (10, 10, 0.7225, 1.0), (81, 263, 0.2553, 0.3662), (1, 29, 0.0061, 0.1718)],
)
def test_an_interval_is_that_of_the_published_examples(found: int, of: int, low: float, high: float) -> None:
    """The last two stand in Newcombe, R. G.: Two-sided confidence intervals (1998), table I."""
    interval = wilson(found, of)
    assert interval is not None
    assert (round(interval[0], 4), round(interval[1], 4)) == (low, high)
