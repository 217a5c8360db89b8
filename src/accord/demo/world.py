"""The only user of leadforge: people, what they did and what came of it, as plain rows with days counted from zero.

leadforge makes a made-up business for machine learning: its leads all begin within a month and its days have no hours.
``story.py`` spreads them over a year and over the day.
"""

import importlib
from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any

from accord.errors import AccordError

RECIPE = "b2b_saas_procurement_v1"
DIFFICULTY = "intermediate"
ACCOUNTS_PER_LEAD = 0.7


class DemoError(AccordError):
    """The demo cannot be made or shown as asked."""


@dataclass(frozen=True, slots=True)
class Happening:
    """Something between a prospect and us: what, and how many days after the prospect appeared.

    Attributes:
        day: Days since the prospect appeared.
        kind: ``email``, ``call``, ``webinar``, ``content_download``, ``linkedin_message``; for a visit to the web site
            ``website``, ``pricing_page`` or ``demo_page``.
        inbound: They came to us, not we to them.
        pages: How many pages a visit saw.
        pricing: How many of them were about prices.
        demo: How many of them were about the demonstration.
    """

    day: int
    kind: str
    inbound: bool = True
    pages: int = 0
    pricing: int = 0
    demo: int = 0


@dataclass(frozen=True, slots=True)
class Prospect:
    """Somebody who may become a customer, as leadforge sees them.

    Attributes:
        index: Their place among all, from 0.
        account: The id of their company.
        industry: One of leadforge's four.
        employee_band: Such as ``200-499`` or ``2000+``.
        title: As on the business card.
        role: Their function in a purchase.
        seniority: From ``individual_contributor`` to ``c_suite``.
        channel: How they came: ``inbound_marketing``, ``sdr_outbound`` or ``partner_referral``.
        private_address: They use a private or no known e-mail address.
        promise: How likely they are to buy, hidden in real life, from 0 to 1.
        responsiveness: How likely they are to answer, hidden likewise.
        amount: What a deal with them would bring.
        won: Whether a deal would be won.
        cycle_days: How long a deal would take.
        happenings: In the order of their days.
    """

    index: int
    account: str
    industry: str
    employee_band: str
    title: str
    role: str
    seniority: str
    channel: str
    private_address: bool
    promise: float
    responsiveness: float
    amount: int
    won: bool
    cycle_days: int
    happenings: tuple[Happening, ...]


Progress = Callable[[str, float], None]
"""Says what is being done and how far it is, from 0 to 1."""


def make(seed: int, leads: int) -> tuple[Prospect, ...]:
    """Return prospects, the same for the same seed and number.

    Raises:
        DemoError: ``demo.not_installed`` if leadforge is missing.
    """
    try:
        generator = importlib.import_module("leadforge.api").Generator
    except ImportError as error:
        raise DemoError(
            "demo.not_installed", "leadforge, which makes up the demo, is not installed", hint="run make demo"
        ) from error
    maker = generator.from_recipe(RECIPE, seed=seed, exposure_mode="research_instructor")
    accounts = max(1, round(leads * ACCOUNTS_PER_LEAD))
    bundle = maker.generate(n_leads=leads, n_contacts=leads, n_accounts=accounts, difficulty=DIFFICULTY)
    return _prospects(bundle.population, bundle.simulation_result)


def _prospects(population: Any, result: Any) -> tuple[Prospect, ...]:  # noqa: ANN401  (leadforge has no types)
    accounts = {row.account_id: row for row in population.accounts}
    contacts = {row.contact_id: row for row in population.contacts}
    hidden = population.latent_state
    deals = {row.lead_id: row for row in result.opportunities}
    happenings = _happenings(result)
    prospects = []
    for index, lead in enumerate(result.leads):
        account, contact, deal = accounts[lead.account_id], contacts[lead.contact_id], deals.get(lead.lead_id)
        ready = hidden.account_latents[lead.account_id]
        person = hidden.contact_latents[lead.contact_id]
        prospects.append(
            Prospect(
                index=index,
                account=lead.account_id,
                industry=account.industry,
                employee_band=account.employee_band,
                title=contact.job_title,
                role=contact.role_function,
                seniority=contact.seniority,
                channel=lead.lead_source,
                private_address=contact.email_domain_type != "corporate",
                promise=(ready["latent_budget_readiness"] + person["latent_contact_authority"]) / 2,
                responsiveness=person["latent_responsiveness"],
                amount=deal.estimated_acv if deal else 0,
                won=lead.current_stage == "closed_won",
                cycle_days=_days(deal.created_at, deal.closed_at) if deal and deal.closed_at else 45,
                happenings=tuple(sorted(happenings[lead.lead_id], key=lambda each: each.day)),
            )
        )
    return tuple(prospects)


def _happenings(result: Any) -> dict[str, list[Happening]]:  # noqa: ANN401
    began = {lead.lead_id: lead.lead_created_at for lead in result.leads}
    found: dict[str, list[Happening]] = defaultdict(list)
    for touch in result.touches:
        day = _days(began[touch.lead_id], touch.touch_timestamp)
        found[touch.lead_id].append(Happening(day, touch.touch_type, touch.touch_direction == "inbound"))
    for visit in result.sessions:
        day = _days(began[visit.lead_id], visit.session_timestamp)
        seen = Happening(
            *(day, visit.session_type, True, visit.page_views, visit.pricing_page_views, visit.demo_page_views)
        )
        found[visit.lead_id].append(seen)
    return found


def _days(first: str, last: str) -> int:
    return max(0, (date.fromisoformat(last) - date.fromisoformat(first)).days)
