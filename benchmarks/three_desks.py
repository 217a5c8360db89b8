"""How soon the others see what one does: three people at their browsers, against a running demo.

    python benchmarks/three_desks.py http://localhost:8000 [--rounds 10]

Tom asks marketing about a new offer of his, which Mara answers on her list; Sven gives the lead to somebody else on his
board and takes that back. Taken is the time from the click until it stands on the other's page, which nobody has loaded
again: it holds the request itself, the commit, the word of the database, and the drawing. Needs the demo's people and a
Chromium; it changes the demo.
"""

import argparse
import os
import re
import shutil
import time
from collections import defaultdict
from collections.abc import Callable

from playwright.sync_api import Browser, Page, sync_playwright

PASSWORD = "northwind-demo"  # noqa: S105  (that of the demo)
MISSING = "Which site is it about?"


class Desk:
    """Somebody of the demo at their browser."""

    def __init__(self, browser: Browser, url: str, name: str, path: str) -> None:
        self.page = browser.new_context(viewport={"width": 1280, "height": 900}).new_page()
        self.page.goto(url)
        self.page.get_by_label("Email").fill(f"{name}@northwind.example")
        self.page.get_by_label("Password", exact=True).fill(PASSWORD)
        self.page.get_by_role("button", name="Sign in").click()
        self.page.wait_for_url(re.compile("/(queue|todo|leads|scoreboard|agreement)/"))
        self.page.goto(url + path)
        self.page.wait_for_timeout(1_000)


def seconds(do: Callable[[], object], *seen: Callable[[], object]) -> float:
    """Return how long it took from the click until it could be seen."""
    begin = time.perf_counter()
    do()
    for each in seen:
        each()
    return time.perf_counter() - begin


def one_round(tom: Page, sven: Page, mara: Page, took: dict[str, list[float]]) -> None:
    row = tom.locator("[data-list-item]:has([id^=ask-])").first
    lead = (row.get_attribute("id") or "").removeprefix("lead-")
    mine, card = tom.locator(f"#lead-{lead}"), sven.locator(f"#card-{lead}")
    owed = mara.locator(f"#todo #lead-{lead}")

    tom.locator(f"#ask-{lead}").click()
    tom.locator("#act[open] textarea").fill(MISSING)
    ask = tom.locator("#act button[type=submit]").click
    took["Tom asks, Mara sees it"].append(seconds(ask, owed.wait_for))

    mara.locator(f"#answer-{lead}").click()
    mara.locator("#act[open] textarea").fill("The one in Ulm")
    answer = mara.locator("#act button[type=submit]").click
    on_hold = mine.get_by_text("On hold")
    took["Mara answers, Tom sees it"].append(seconds(answer, lambda: on_hold.wait_for(state="detached")))
    sven.wait_for_timeout(1_500)

    card.focus()
    sven.keyboard.press("m")
    sven.locator("#act[open] .choice").first.wait_for()
    sven.keyboard.press("a")
    sven.get_by_label("Why?").fill("to measure")
    give = sven.locator("#act button[type=submit]").click
    took["Sven gives it away, Tom sees it"].append(seconds(give, lambda: mine.wait_for(state="detached")))
    undo = sven.locator(f"#undo-{lead}").click
    took["Sven takes that back, Tom sees it"].append(seconds(undo, mine.wait_for))
    sven.wait_for_timeout(1_500)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("url")
    parser.add_argument("--rounds", type=int, default=10)
    given = parser.parse_args()
    took: dict[str, list[float]] = defaultdict(list)
    with sync_playwright() as playwright:
        path = shutil.which("chromium") or playwright.chromium.executable_path
        browser = playwright.chromium.launch(executable_path=path, args=["--no-sandbox", "--disable-dev-shm-usage"])
        desks = (("tom", "/queue/?show=new"), ("sven", "/board/?team=field_sales"), ("mara", "/todo/"))
        tom, sven, mara = (Desk(browser, given.url, name, path).page for name, path in desks)
        for _ in range(given.rounds):
            one_round(tom, sven, mara, took)
        browser.close()
    print(f"load of the machine: {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores")
    print(f"{'':<38}{'median s':>10}{'longest':>9}")
    for name, found in took.items():
        print(f"{name:<38}{sorted(found)[len(found) // 2]:>10.2f}{max(found):>9.2f}")


if __name__ == "__main__":
    main()
