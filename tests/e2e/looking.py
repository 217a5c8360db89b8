"""Looking at pages: no accessibility fault (axe-core), nothing cut off, nothing sideways."""

from collections.abc import Mapping
from typing import Any

import pytest
from django.conf import settings
from django.test import Client

from accord.server.accounts.models import User

LOOKS = ((1280, "light"), (390, "dark"))
"""As on a desk by day, and as on a phone by night."""
CUT_OFF = """() => [...document.querySelectorAll('a.btn, button.btn, .segments, #wins .table-wrap')]
    .filter(each => !each.className.includes('visually-hidden') && each.scrollWidth > each.clientWidth + 1)
    .map(each => each.textContent.trim().replace(/\\s+/g, ' '))"""
AXE = """async () => (await axe.run({resultTypes: ['violations']})).violations
    .map(one => `${one.id}: ${one.nodes[0].html}`)"""


def sign_in(page: Any, url: str, user: User) -> None:
    """Let a browser be a user's, who has signed in before."""
    client = Client()
    client.force_login(user)
    session = client.cookies[settings.SESSION_COOKIE_NAME].value
    page.context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": session, "url": url}])


def faults(page: Any) -> list[str]:
    """What is wrong with a page as it stands."""
    axe = pytest.importorskip("axe_playwright_python.sync_playwright").Axe()
    if page.evaluate("!window.axe"):  # it takes as long to read as to run
        page.evaluate(axe.axe_script)
    found: list[str] = page.evaluate(AXE)
    found += [f"cut off: {text}" for text in page.evaluate(CUT_OFF)]
    if page.evaluate("document.documentElement.scrollWidth > innerWidth"):
        found.append("scrolls sideways")
    return found


def faults_of(page: Any, url: str, pages: Mapping[str, str], *, until: str = "load") -> dict[str, list[str]]:
    """What is wrong with pages, given by name and path, in both looks; only of those with which something is."""
    found = {}
    for name, path in pages.items():
        answer = page.goto(url + path, wait_until=until)
        found[name] = [] if answer.ok else [f"answers {answer.status}"]
        for width, scheme in LOOKS:
            page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
            page.set_viewport_size({"width": width, "height": 844})
            page.evaluate("() => new Promise(requestAnimationFrame)")  # by which the page has taken it in
            found[f"{name} {scheme}"] = faults(page)
    return {where: what for where, what in found.items() if what}
