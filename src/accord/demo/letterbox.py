"""Northwind's letter box: mails go through the log and intake, as they would by SMTP."""

from datetime import datetime, timedelta

from accord.demo import cast, writing
from accord.demo.company import Staff
from accord.demo.dice import dice
from accord.demo.writing import Letter
from accord.server.accounts.models import User
from accord.server.inbox import services
from accord.server.inbox.receiving import receive
from accord.server.intake.taking import take_in
from accord.server.tracking import sources
from accord.server.tracking.models import Source

COPIED_FOR = timedelta(days=6)
"""Since when sales puts the letter box into Bcc."""
ANSWERS = (
    ("Your question", "Thank you for your interest. When would be a good time to talk for ten minutes?"),
    ("Data sheets", "Attached you find the data sheets. I will call you tomorrow."),
    ("Our talk", "As agreed I send you the figures. Do they fit what you have in mind?"),
)


class Letterbox:
    """The address that gets a copy of what comes in at sales, and of what sales writes."""

    def __init__(self, staff: Staff, end: datetime, seed: int) -> None:
        self._staff = staff
        self._since = end - COPIED_FOR
        self._seed = seed
        self._source = Source()
        self._sent = 0

    def open(self, at: datetime) -> None:
        """Set the address up."""
        keeper = self._staff[cast.OPERATIONS]
        self._source = sources.create(Source.Kind.MAIL, sources.Wish("Sales mailbox"), by=keeper, at=at)
        services.set_up(self._source.pk, services.Setup(domains=["northwind.example"]), by=keeper, at=at)

    def arrives(self, letter: Letter) -> None:
        """Take a mail in."""
        receive(self._source, letter.raw, letter.at)
        take_in()

    def copies(self, at: datetime) -> bool:
        """Return whether sales puts the letter box into Bcc by now."""
        return self._source.pk is not None and at >= self._since

    def sends(self, by: User, to: str, at: datetime) -> None:
        """Take in what one of us wrote, which counts as an attempt where it is one."""
        self._sent += 1
        subject, text = dice(self._seed, "answer", self._sent).choice(ANSWERS)
        key = f"sent-{self._sent:04}"
        self.arrives(Letter(at, writing.written(by.name, by.email, subject, text, key, at, to=to)))
