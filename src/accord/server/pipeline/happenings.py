"""Touchpoints as the rules read them: a person's own, and those of the colleagues, for which not every agreement asks.

Of colleagues no more is read than the agreement can count, in one query for all leads.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import datetime

from django.db.models import QuerySet

from accord.agreement import Agreement
from accord.agreement.rules_of import all_rules
from accord.rules import (
    PeopleRule,
    RulesError,
    Selection,
    Timeline,
    Value,
    behaviour_of,
    property_value,
    reads_colleagues,
)
from accord.rules import Touchpoint as Happening
from accord.server.people.models import Touchpoint
from accord.server.pipeline.models import Lead

_COLUMNS = ("pk", "event", "at", "properties")


def own_happenings(leads: Iterable[Lead], at: datetime) -> Mapping[int, list[Happening]]:
    """Return by person what happened until ``at``, with one query."""
    happenings: dict[int, list[Happening]] = defaultdict(list)
    rows = Touchpoint.objects.filter(person__in={lead.person_id for lead in leads}, at__lte=at, counts=True)
    for person, *happened in rows.values_list("person", *_COLUMNS):
        happenings[person].append(_happening(*happened))
    return happenings


def asks_for_colleagues(agreement: Agreement) -> bool:
    """Return whether what one person does may decide about the leads of others in the same company."""
    return reads_colleagues(all_rules(agreement))


def colleagues_of(leads: Iterable[Lead], agreement: Agreement, at: datetime) -> Mapping[int, Mapping[str, Timeline]]:
    """Return by lead, and there by person, what others of its company did until ``at``, as far as rules can count it.

    With one query, or none if the agreement does not ask. Who did nothing is absent.

    Args:
        leads: With ``person`` loaded.
        agreement: Says what is asked.
        at: Touchpoints after this instant are left out.
    """
    leads = list(leads)
    asked = [rule.what for rule in behaviour_of(all_rules(agreement)) if isinstance(rule, PeopleRule)]
    teams = _teams({lead.person.company_id for lead in leads} - {None}, asked, at) if asked else {}
    return {
        lead.pk: {
            str(person): timeline
            for person, timeline in teams.get(lead.person.company_id, {}).items()
            if person != lead.person_id
        }
        for lead in leads
    }


def _teams(companies: set[int | None], asked: list[Selection], at: datetime) -> dict[int | None, dict[int, Timeline]]:
    happenings: dict[tuple[int | None, int], list[Happening]] = defaultdict(list)
    counted = Touchpoint.objects.filter(person__company__in=companies, at__lte=at, counts=True)
    rows = _among(counted, asked, at)
    for company, person, *happened in rows.values_list("person__company", "person", *_COLUMNS):
        happenings[company, person].append(_happening(*happened))
    teams: dict[int | None, dict[int, Timeline]] = defaultdict(dict)
    for (company, person), found in happenings.items():
        teams[company][person] = Timeline(tuple(found))
    return teams


def _among(rows: QuerySet[Touchpoint], asked: list[Selection], at: datetime) -> QuerySet[Touchpoint]:
    """Leave out what none of the selections can hold."""
    if all(each.events for each in asked):
        rows = rows.filter(event__in={event for each in asked for event in each.events})
    windows = [each.within for each in asked if each.within is not None]
    return rows.filter(at__gt=at - max(windows)) if len(windows) == len(asked) else rows


def _happening(key: int, event: str, at: datetime, properties: Mapping[str, object]) -> Happening:
    values = {name: value for name, raw in properties.items() if (value := _property(raw)) is not None}
    return Happening(str(key), event, at, values)


def _property(raw: object) -> Value | None:
    """Return a stored property as the rules compare it; what no rule could compare counts as missing."""
    try:
        return property_value(raw)
    except RulesError:
        return None
