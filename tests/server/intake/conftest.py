"""A website whose visitors send messages, and a server that speaks for the company."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

import pytest
from tests.server.conftest import MONDAY

from accord.server.agreements.models import Revision
from accord.server.intake.taking import take_in
from accord.server.tracking.log import append
from accord.server.tracking.models import Source

FIREFOX = "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:142.0) Gecko/20100101 Firefox/142.0"


@dataclass
class Site:
    """Sends what a browser or a server would, and has it taken in."""

    browser: Source
    server: Source
    count: int = field(default=0)

    def send(
        self, type_: str, at: datetime = MONDAY, *, by: Source | None = None, agent: str = FIREFOX, **message: object
    ) -> None:
        self.count += 1
        context = {"userAgent": agent, **message.pop("context", {})}  # type: ignore[dict-item]
        whole = {"type": type_, "messageId": f"m{self.count}", "timestamp": at.isoformat(), "context": context}
        append(by or self.browser, [whole | message], received_at=at)

    def view(
        self, path: str, at: datetime = MONDAY, *, who: str = "v1", came: str = "", query: str = "", **message: object
    ) -> None:
        page = {"path": path, "url": f"https://test.works{path}{query}", "referrer": came}
        self.send("page", at, anonymousId=who, context={"page": page}, **message)

    def told(self, traits: Mapping[str, object], at: datetime = MONDAY, *, who: str = "v1", **message: object) -> None:
        self.send("identify", at, anonymousId=who, traits=traits, **message)

    def take(self) -> int:
        return take_in()


@pytest.fixture
def site(revision: Revision) -> Site:
    return Site(
        Source.objects.create(name="Website", kind="browser", created_at=MONDAY - timedelta(days=400)),
        Source.objects.create(name="Shop", kind="server", created_at=MONDAY - timedelta(days=400)),
    )
