"""What happens to each prospect, in the words of Northwind's agreement: pure, and the same for the same seed.

leadforge's rows say who did what on which day after they appeared; here they get a name, a company, an hour, and the
touchpoints that the agreement knows.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from random import Random

from accord.demo import days, names
from accord.demo.days import Year
from accord.demo.dice import dice
from accord.demo.world import Happening, Prospect

INDUSTRIES = {"healthcare_non_clinical": "healthcare"}
SMALLEST = 22
"""leadforge's companies have 200 staff and more. Northwind, which sells from 50, also hears from smaller ones."""
COUNTRIES = {"DE": 56, "AT": 12, "CH": 11, "GB": 11, "US": 5, "FR": 2, "NL": 2, "PL": 1}
SOURCES: Mapping[str, Mapping[str, int]] = {
    "inbound_marketing": {"organic search": 34, "paid search": 24, "webinar": 18, "newsletter": 12, "trade fair": 12},
    "sdr_outbound": {"outbound": 70, "trade fair": 30},
    "partner_referral": {"referral": 65, "partner": 35},
}
PRODUCTS = ("/products/flow-meters", "/products/pressure-gauges", "/products/data-loggers", "/products/calibration")
PAPERS = ("Calibration handbook", "Flow metering compared", "Paperless gauge rounds", "What downtime costs")
WEBINARS = ("Leaks found in a week", "Audit-proof calibration", "Data loggers in the cold chain")
MAILINGS = ("Spring news", "Product news", "Invitation", "Calibration series 2", "Customer story")
TOPICS = ("prices", "delivery times", "calibration", "a visit")
PRICES = "/pricing"
NOT_TOLD = 0.04
"""Shares of people of whom something is missing: not every form is filled in."""
NO_PHONE = 0.16
NO_ADDRESS = 0.025
PACE = 0.4
"""leadforge's prospects act over three months; ours decide within weeks."""
SECOND_LIFE = 0.22
"""The share of people who show up again months later."""


@dataclass(frozen=True, slots=True)
class Scene:
    """Something that happened today, so that whoever opens the demo finds work to do: how long ago, and what."""

    ago: timedelta
    event: str
    properties: Mapping[str, str]
    address: bool = True


TODAY = (
    Scene(timedelta(minutes=1), "form_submitted", {"form": "demo"}),
    Scene(timedelta(minutes=4), "form_submitted", {"form": "demo"}),
    Scene(timedelta(minutes=9), "form_submitted", {"form": "demo"}),
    Scene(timedelta(minutes=27), "form_submitted", {"form": "demo"}),
    Scene(timedelta(minutes=16), "form_submitted", {"form": "contact"}),
    Scene(timedelta(minutes=48), "webinar_attended", {"title": WEBINARS[0]}),
    Scene(timedelta(minutes=48), "webinar_attended", {"title": WEBINARS[0]}),
    Scene(timedelta(minutes=49), "webinar_attended", {"title": WEBINARS[0]}),
    Scene(timedelta(minutes=95), "form_submitted", {"form": "contact"}),
    Scene(timedelta(minutes=55), "form_submitted", {"form": "contact"}, address=False),
    Scene(timedelta(minutes=140), "webinar_attended", {"title": WEBINARS[2]}, address=False),
)
"""The last prospects of all play these, instead of what leadforge had in mind for them."""


@dataclass(frozen=True, slots=True)
class Company:
    """A company as Northwind's marketing knows it; ``employees`` is None where nobody knows."""

    name: str
    domain: str
    employees: int | None
    country: str
    industry: str

    @property
    def fields(self) -> dict[str, str | int]:
        """The agreement's fields without a column of their own."""
        staff = {} if self.employees is None else {"employees": self.employees}
        return {"country": self.country, "industry": self.industry, **staff}


@dataclass(frozen=True, slots=True)
class Contact:
    """A person as Northwind's marketing knows them; what is not known is empty."""

    name: str
    email: str
    phone: str
    title: str
    seniority: str
    role: str

    @property
    def fields(self) -> dict[str, str]:
        """The agreement's fields without a column of their own."""
        return {"title": self.title, "seniority": self.seniority, "role": self.role}


@dataclass(frozen=True, slots=True)
class Touch:
    """One touchpoint to come: when, what, and in which moment of the year it is noticed."""

    at: datetime
    event: str
    properties: Mapping[str, str]
    id: str
    noticed: datetime


@dataclass(frozen=True, slots=True)
class Story:
    """One person's year: who they are, how they came, what they do, and what they could become.

    Attributes:
        prospect: leadforge's view, with what is hidden in real life.
        company: Theirs; shared by those of the same account.
        contact: Who they are.
        source: How they came, as stated; empty if not stated.
        opened_at: When they became a lead.
        noticed: The moment at which that is noticed.
        touches: What they do, in order.
    """

    prospect: Prospect
    company: Company
    contact: Contact
    source: str
    opened_at: datetime
    noticed: datetime
    touches: tuple[Touch, ...] = field(default=())


def tell(prospects: Sequence[Prospect], span: Year, seed: int) -> tuple[Story, ...]:
    """Return the stories of those who appear before the present, in the order in which they do."""
    companies = _companies(prospects, seed)
    began = days.spread(len(prospects), span, dice(seed, "days"))
    taken: set[str] = set()
    stories = []
    today = dict(zip((prospect.index for prospect in reversed(prospects)), TODAY, strict=False))
    for prospect, day in zip(prospects, began, strict=True):
        rng = dice(seed, "lead", prospect.index)
        company = companies[prospect.account]
        contact = _contact(prospect, company, taken, rng)
        if scene := today.get(prospect.index):
            company, contact = _fitting(company, contact, scene)
            found = _scene(prospect, scene, span)
        else:
            found = _touches(prospect, day, span, rng)
        touches = tuple(sorted(found, key=lambda touch: (touch.at, touch.id)))
        noticed = touches[0].noticed if touches else _moment(day, span, rng)
        if noticed is None:  # they appear after the last moment of the last day
            continue
        opened = touches[0].at if touches else noticed - timedelta(minutes=rng.randint(1, 9))
        stories.append(Story(prospect, company, contact, _source(prospect, rng), opened, noticed, touches))
    return tuple(sorted(stories, key=lambda story: (story.noticed, story.prospect.index)))


def _companies(prospects: Iterable[Prospect], seed: int) -> dict[str, Company]:
    found: dict[str, Company] = {}
    domains: set[str] = set()
    for prospect in prospects:
        if prospect.account in found:
            continue
        rng = dice(seed, "company", prospect.account)
        country = rng.choices(list(COUNTRIES), list(COUNTRIES.values()))[0]
        industry = INDUSTRIES.get(prospect.industry, prospect.industry)
        name = names.company_name(rng, country, industry)
        while names.domain_of(name) in domains:
            name = names.company_name(rng, country, industry)
        domains.add(names.domain_of(name))
        staff = None if rng.random() < NOT_TOLD else _employees(prospect.employee_band, rng)
        found[prospect.account] = Company(name, names.domain_of(name), staff, country, industry)
    return found


def _employees(band: str, rng: Random) -> int:
    low, _, high = band.rstrip("+").partition("-")
    first, last = int(low), int(high or 4 * int(low))
    if first <= 200 and rng.random() < 0.55:
        first, last = SMALLEST, 199
    return int(first * (last / first) ** rng.random())


def _contact(prospect: Prospect, company: Company, taken: set[str], rng: Random) -> Contact:
    name = names.person_name(rng, company.country)
    local = ".".join(names.slug(part) for part in name.split())
    domain = "privatpost.example" if prospect.private_address and rng.random() < 0.35 else company.domain
    number, email = 1, f"{local}@{domain}"
    while email in taken:
        number += 1
        email = f"{local}{number}@{domain}"
    taken.add(email)
    phone = "" if rng.random() < NO_PHONE else names.phone_number(rng, company.country)
    if phone and rng.random() < NO_ADDRESS:
        email = ""
    return Contact(name, email, phone, prospect.title, prospect.seniority, prospect.role)


def _source(prospect: Prospect, rng: Random) -> str:
    if rng.random() < NOT_TOLD:
        return ""
    shares = SOURCES[prospect.channel]
    return rng.choices(list(shares), list(shares.values()))[0]


def _moment(day: date, span: Year, rng: Random) -> datetime | None:
    moments = span.moments_of(day)
    return rng.choice(moments) if moments else None


def _touches(prospect: Prospect, began: date, span: Year, rng: Random) -> Iterator[Touch]:
    """Yield the touchpoints that become of leadforge's rows; those after the present are left out."""
    number = 0
    first_life = (replace(each, day=round(each.day * PACE)) for each in prospect.happenings)
    for happening in (*first_life, *_second_life(prospect, rng)):
        moment = _moment(began + timedelta(days=happening.day), span, rng)
        wanted = list(_events(happening, rng))
        if moment is None or not wanted:
            continue
        at = moment - timedelta(seconds=rng.randint(40, 400) + 75 * len(wanted))
        for event, properties in wanted:
            number += 1
            yield Touch(at, event, properties, f"demo-{prospect.index}-{number}", moment)
            at += timedelta(seconds=rng.randint(15, 70))


def _fitting(company: Company, contact: Contact, scene: Scene) -> tuple[Company, Contact]:
    """Return a company and a contact that the agreement lets through, whatever they were."""
    staff = company.employees if company.employees and company.employees >= 120 else 340
    email = contact.email or f"{names.slug(contact.name).replace('-', '.')}@{company.domain}"
    phone = contact.phone or "+49 30 0112233"
    fitting = replace(company, employees=staff, country=company.country if company.country in names.FORMS else "DE")
    return fitting, replace(contact, phone=phone, email=email if scene.address else "")


def _scene(prospect: Prospect, scene: Scene, span: Year) -> Iterator[Touch]:
    at = span.end - scene.ago
    noticed = span.moment_from(at)
    if noticed is not None:
        yield Touch(
            at - timedelta(seconds=80), "page_viewed", {"path": PRODUCTS[0]}, f"demo-{prospect.index}-1", noticed
        )
        yield Touch(at, scene.event, scene.properties, f"demo-{prospect.index}-2", noticed)


def _second_life(prospect: Prospect, rng: Random) -> Iterator[Happening]:
    if rng.random() < SECOND_LIFE:
        day = rng.randint(96, 150)
        yield Happening(day, "webinar")
        yield Happening(day + rng.randint(1, 6), "pricing_page", pages=4, pricing=3)


def _events(happening: Happening, rng: Random) -> Iterator[tuple[str, Mapping[str, str]]]:
    """Yield what the agreement calls a happening; most of what leadforge makes up leaves no trace with us.

    leadforge's prospects see a webinar every week and answer every other call, which nobody's do.
    """
    luck = rng.random()
    match happening.kind, happening.inbound:
        case "webinar", True if luck < 0.36:
            yield "webinar_attended", {"title": rng.choice(WEBINARS)}
        case "content_download", True if luck < 0.5:
            yield "content_downloaded", {"asset": rng.choice(PAPERS)}
        case "call", True if luck < 0.12:
            yield "call_answered", {"topic": rng.choice(TOPICS)}
        case "call", False if luck < 0.04:
            yield "call_answered", {"topic": "first call"}
        case "email", _ if luck < 0.45:
            mailing = {"campaign": rng.choice(MAILINGS)}
            yield "email_opened", mailing
            if luck < 0.14:
                yield "email_clicked", mailing
        case (("website" | "pricing_page" | "demo_page"), _):
            yield from _visit(happening, luck, rng)
        case _:
            return


def _visit(visit: Happening, luck: float, rng: Random) -> Iterator[tuple[str, Mapping[str, str]]]:
    if visit.kind == "pricing_page":
        for _ in range(visit.pricing):
            yield "page_viewed", {"path": PRICES}
        if not visit.pricing and luck < 0.5:
            yield "page_viewed", {"path": rng.choice(PRODUCTS)}
    elif visit.kind == "demo_page":
        if visit.demo and luck < 0.9:
            yield "page_viewed", {"path": "/demo"}
        if visit.demo and luck < 0.75:
            yield "form_submitted", {"form": "demo"}
    elif luck < 0.6:
        yield "page_viewed", {"path": rng.choice(PRODUCTS)}
        if luck < 0.07:
            yield "form_submitted", {"form": "contact"}
