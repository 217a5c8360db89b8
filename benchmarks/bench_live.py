"""Judging one lead in Python, criteria and scores and stage, as a ratio to going through its touchpoints once.

The agreement is that of the backtest's benchmark, 30 clauses; the floor looks at the event and the instant of each
touchpoint once. Facts are made anew for every judgement, as they are when a lead is read from the database: nothing is
remembered from one to the next.
"""

import random
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

from backtest_world import draft

from accord.agreement import Stage
from accord.agreement.judgement import Standing, judge
from accord.rules import Facts, Timeline, Touchpoint, Value

AT = datetime(2026, 6, 1, 9, tzinfo=UTC)
FIELDS: dict[str, Value] = {
    "company.employees": 80,
    "company.country": "DE",
    "company.industry": "manufacturing",
    "person.seniority": "director",
    "person.email": "a@b.example",
}
COLLEAGUES = 5


def touchpoints(count: int, chance: random.Random) -> tuple[Touchpoint, ...]:
    """Return touchpoints of the last year, as the benchmark of the backtest has them."""
    events = {"page_viewed": 55, "email_opened": 30, "email_clicked": 8, "content_downloaded": 3, "form_submitted": 2}
    kinds = chance.choices(list(events), list(events.values()), k=count)
    return tuple(
        Touchpoint(
            str(number),
            kind,
            AT - timedelta(minutes=chance.randrange(365 * 24 * 60)),
            {"path": chance.choice(["/pricing", "/products", "/blog"]), "form": chance.choice(["demo", "contact"])},
        )
        for number, kind in enumerate(kinds)
    )


def fastest(work: Callable[[], object], times: int) -> float:
    """Return the seconds of the fastest of several runs."""
    found = []
    for _ in range(times):
        begin = time.perf_counter()
        work()
        found.append(time.perf_counter() - begin)
    return min(found)


def main() -> None:
    agreement, standing = draft(), Standing(Stage.LEAD, handed_over=False)
    chance = random.Random(7)
    others = {str(number): touchpoints(50, chance) for number in range(COLLEAGUES)}
    print(f"{'touchpoints':>12}{'judged in ms':>14}{'median':>9}{'floor in ms':>13}{'ratio':>7}")
    for count in (5, 50, 500, 5000):
        touches = touchpoints(count, chance)

        def judged(touches: tuple[Touchpoint, ...] = touches) -> object:
            colleagues = {name: Timeline(each) for name, each in others.items()}
            facts = Facts(FIELDS, touches, colleagues, agreement.zone)
            return judge(agreement, facts, standing, AT)

        def floor(touches: tuple[Touchpoint, ...] = touches) -> int:
            return sum(each.event == "page_viewed" and each.at <= AT for each in touches)

        runs = sorted(fastest(judged, 1) for _ in range(60))
        least = fastest(floor, 60)
        print(f"{count:>12}{runs[0] * 1e3:>14.2f}{runs[30] * 1e3:>9.2f}{least * 1e3:>13.3f}{runs[0] / least:>7.0f}")


if __name__ == "__main__":
    main()
