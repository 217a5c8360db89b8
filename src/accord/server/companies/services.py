"""Verbs: whose a network is, companies that are added from one, and the outreach list."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction

from accord.errors import AccordError
from accord.server.accounts.access import require
from accord.server.accounts.audit import record
from accord.server.accounts.models import User
from accord.server.companies.asked import READERS
from accord.server.companies.criteria import standings
from accord.server.companies.models import Outreach
from accord.server.people.addresses import website_domain_or_none
from accord.server.people.identity import company_of
from accord.server.people.models import Company, NetworkCorrection, Visit
from accord.server.people.recognition import recognise_again

WINDOW = timedelta(days=30)
"""How far back visits are recognised anew when somebody corrects something."""


class CompaniesError(AccordError):
    """A network, a company or the outreach list cannot be what somebody wants it to be."""


@dataclass(frozen=True, slots=True)
class About:
    """What a correction is about: all networks of an organisation, or one network by its prefix."""

    organisation: str = ""
    network: str = ""

    def __post_init__(self) -> None:
        if bool(self.organisation) == bool(self.network):
            raise CompaniesError("companies.unknown_network", "say which organisation or which network is meant")


@transaction.atomic
def correct(company_id: int, about: About, *, holds: bool, by: User, at: datetime) -> NetworkCorrection:
    """Say that a network is a company's, or that it is not; for later visits, and for those of the last 30 days.

    What was said before of the same network and company counts no longer; and if it is this company, it is no other.
    Saying the same twice changes nothing.

    Raises:
        AccessError: Their role does not say whose networks are.
        CompaniesError: ``companies.unknown``, or ``companies.unknown_network`` if nobody came from there.
    """
    require(by, READERS, "say whose a network is")
    company = _locked(company_id)
    from_there = {"network": about.network} if about.network else {"organisation": about.organisation}
    if not Visit.objects.filter(**from_there).exists():
        raise CompaniesError("companies.unknown_network", "nobody has come from such a network")
    before = NetworkCorrection.objects.filter(
        organisation=about.organisation, network=about.network, undone_at=None
    ).select_for_update()
    for word in before:
        if word.company_id == company.pk and word.holds == holds:
            return word
        if word.company_id == company.pk or (holds and word.holds):
            _undo(word, by, at)
    word = NetworkCorrection.objects.create(
        organisation=about.organisation, network=about.network, company=company, holds=holds, by=by, at=at
    )
    action = "network.is_company" if holds else "network.is_not_company"
    record(action, f"company:{company.pk}", actor=by, at=at, organisation=about.organisation, network=about.network)
    recognise_again(at - WINDOW)
    return word


@transaction.atomic
def undo(key: int, *, by: User, at: datetime) -> NetworkCorrection:
    """Take back what somebody said of a network; doing it twice changes nothing.

    Raises:
        AccessError: Their role does not say whose networks are.
        CompaniesError: ``companies.unknown_correction``.
    """
    require(by, READERS, "say whose a network is")
    word = NetworkCorrection.objects.select_for_update().filter(pk=key).first()
    if word is None:
        raise CompaniesError("companies.unknown_correction", "nobody has said such a thing")
    if word.undone_at is None:
        _undo(word, by, at)
        recognise_again(at - WINDOW)
    return word


def _undo(word: NetworkCorrection, by: User, at: datetime) -> None:
    word.undone_by, word.undone_at = by, at
    word.save(update_fields=["undone_by", "undone_at"])
    about = {"organisation": word.organisation, "network": word.network}
    record("network.correction_undone", f"company:{word.company_id}", actor=by, at=at, holds=word.holds, **about)


@transaction.atomic
def add_company(organisation: str, name: str, website: str, *, by: User, at: datetime) -> Company:
    """Return a new company made of an organisation from whose network people came; the network is theirs from then on.

    Args:
        organisation: As the table of networks has it.
        name: As the company is to be called.
        website: Its domain or the address of a page; empty if not known.
        by: Who adds it.
        at: Now.

    Raises:
        AccessError: Their role does not say whose networks are.
        CompaniesError: ``companies.no_name``, ``companies.bad_website``, ``companies.taken`` or
            ``companies.unknown_network``.
    """
    require(by, READERS, "add a company")
    called = " ".join(name.split())[:300]
    domain = website_domain_or_none(website)
    if not called:
        raise CompaniesError("companies.no_name", "a company needs a name")
    if website.strip() and domain is None:
        raise CompaniesError(
            "companies.bad_website", f"'{website[:100]}' is no website", hint="write it as example.com, or leave it"
        )
    if company_of("", called) is not None or company_of(domain or "") is not None:
        raise CompaniesError(
            "companies.taken", "there is such a company already", hint="say that the network is theirs instead"
        )
    company = Company.objects.create(name=called, domain=domain, created_at=at)
    record("company.added", f"company:{company.pk}", actor=by, at=at, name=called, organisation=organisation)
    correct(company.pk, About(organisation=organisation), holds=True, by=by, at=at)
    return company


@transaction.atomic
def put_on_list(company_id: int, criterion: str, note: str, *, by: User, at: datetime) -> Outreach:
    """Put a company on the outreach list with the criterion that it meets; one that is there stays as it is.

    Raises:
        AccessError: Their role does not keep the list.
        CompaniesError: ``companies.unknown``, or ``companies.not_met``: the criterion does not hold of the company now.
    """
    require(by, READERS, "keep the outreach list")
    company = _locked(company_id)
    there = Outreach.objects.filter(company=company, removed_at=None).first()
    if there is not None:
        return there
    met = {each.name: each.says for each in standings(company, at) if each.holds}
    if criterion and criterion not in met:
        raise CompaniesError("companies.not_met", f"{company} does not meet {criterion}", hint="load the page again")
    entry = Outreach.objects.create(
        company=company, criterion=criterion, says=met.get(criterion, "")[:500], note=note.strip()[:500], by=by, at=at
    )
    record("outreach.listed", f"company:{company.pk}", actor=by, at=at, criterion=criterion)
    return entry


@transaction.atomic
def take_off_list(company_id: int, *, by: User, at: datetime) -> None:
    """Take a company off the outreach list; one that is not on it stays so.

    Raises:
        AccessError: Their role does not keep the list.
        CompaniesError: ``companies.unknown``.
    """
    require(by, READERS, "keep the outreach list")
    company = _locked(company_id)
    if Outreach.objects.filter(company=company, removed_at=None).update(removed_by=by, removed_at=at):
        record("outreach.removed", f"company:{company.pk}", actor=by, at=at)


@transaction.atomic
def put_back(company_id: int, *, by: User, at: datetime) -> None:
    """Put back a company that was taken off the outreach list last, as it stood there; one that is there stays.

    Raises:
        AccessError: Their role does not keep the list.
        CompaniesError: ``companies.unknown``, or ``companies.not_listed`` if it never was on the list.
    """
    require(by, READERS, "keep the outreach list")
    company = _locked(company_id)
    entries = Outreach.objects.filter(company=company)
    if entries.filter(removed_at=None).exists():
        return
    last = entries.order_by("-removed_at").first()
    if last is None:
        raise CompaniesError("companies.not_listed", f"{company} was never on the outreach list")
    last.removed_by = last.removed_at = None
    last.save(update_fields=["removed_by", "removed_at"])
    record("outreach.put_back", f"company:{company.pk}", actor=by, at=at)


def _locked(key: int) -> Company:
    company = Company.objects.select_for_update(no_key=True).filter(pk=key).first()
    if company is None:
        raise CompaniesError("companies.unknown", "there is no such company")
    return company
