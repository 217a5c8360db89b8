"""Who writes to Northwind by mail in its last weeks: pure, the same for the same seed."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from email.message import EmailMessage
from email.utils import format_datetime
from random import Random

from accord.demo import names
from accord.demo.days import ZONE, Year, is_worked
from accord.demo.dice import dice
from accord.demo.story import Story

WEEKS = 4
A_DAY = 0.9
"""Mails on a working day."""
STRANGER = 0.12
"""The share of mails by people of whom nothing was known."""
OURS = "sales@northwind.example"
LETTERS = (
    ("Quotation", "Could you send us a quotation for twelve flow meters, DN 50, with calibration certificates?"),
    ("Delivery time", "How long would it take you to deliver twenty pressure gauges to our second site?"),
    ("Data loggers in the cold chain", "Do your loggers keep their record if the network is down over a weekend?"),
    ("Appointment", "Next week suits us better. Would Wednesday morning be possible?"),
    ("Calibration", "Our certificates end in autumn. What does it take to have the gauges calibrated by you?"),
)
AWAY = ("Out of office", "I am away until Monday. In urgent matters please write to our office.")


@dataclass(frozen=True, slots=True)
class Letter:
    """One mail to us: when it arrives, and the whole of it."""

    at: datetime
    raw: bytes


def letters(stories: Sequence[Story], span: Year, seed: int) -> list[Letter]:
    """Return the mails of the last weeks, in the order in which they arrive."""
    since = max(span.start, span.end - timedelta(weeks=WEEKS))
    with_address = [story for story in stories if story.contact.email]
    found = _of_the_days(with_address, span, since, seed)
    return sorted((each for each in found if since <= each.at <= span.end), key=lambda each: each.at)


def _of_the_days(stories: Sequence[Story], span: Year, since: datetime, seed: int) -> Iterator[Letter]:
    count = 0
    for day in (day for day in span.days if day >= since.date() and is_worked(day)):
        rng = dice(seed, "mails", day)
        for number in range(int(A_DAY + rng.random())):
            at = _instant(day, rng)
            key = f"{day:%m%d}-{number}"
            known = [story for story in stories if story.noticed < at]
            if not known or rng.random() < STRANGER:
                yield Letter(at, written(*_stranger(rng), *rng.choice(LETTERS), key, at))
                continue
            who = rng.choice(known).contact
            count += 1
            match count % 6:  # few, but each kind is there in any demo
                case 2:
                    yield Letter(at, written(who.name, who.email, *AWAY, key, at, automatic=True))
                case 5:
                    yield Letter(at, _bounce(who.email, key, at))
                case _:
                    yield Letter(at, written(who.name, who.email, *rng.choice(LETTERS), key, at))


def _instant(day: date, rng: Random) -> datetime:
    hour = min(max(rng.gauss(12, 2.8), 6), 21)
    return datetime.combine(day, time(), ZONE) + timedelta(seconds=round(hour * 3600))


def _stranger(rng: Random) -> tuple[str, str]:
    name = names.person_name(rng, "DE")
    company = names.company_name(rng, "DE", "manufacturing")
    local = ".".join(names.slug(part) for part in name.split())
    return name, f"{local}@{names.domain_of(company)}"


def written(
    name: str, address: str, subject: str, text: str, key: str, at: datetime, *, to: str = OURS, automatic: bool = False
) -> bytes:
    """Return a mail."""
    mail = _headed(f"{name} <{address}>", to, subject, key, at)
    if automatic:
        mail["Auto-Submitted"] = "auto-replied"
    mail.set_content(text)
    return bytes(mail)


def _bounce(failed: str, key: str, at: datetime) -> bytes:
    """Return what a mail server writes that could not deliver, as Exim does."""
    mail = _headed(f"Mail Delivery System <MAILER-DAEMON@{failed.rpartition('@')[2]}>", OURS, "Undelivered", key, at)
    mail["X-Failed-Recipients"] = failed
    mail.set_content("Your mail could not be delivered.")
    return bytes(mail)


def _headed(sender: str, to: str, subject: str, key: str, at: datetime) -> EmailMessage:
    mail = EmailMessage()
    mail["From"], mail["To"], mail["Subject"] = sender, to, subject
    mail["Message-ID"], mail["Date"] = f"<{key}@mail.example>", format_datetime(at)
    return mail
