"""Asking ``accord.routing`` for the owner of a lead: who is in the team, and what the agreement asks of them."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from zoneinfo import ZoneInfo

from django.db import connection
from django.db.models import Count, Max, Prefetch, Q

from accord.agreement import Agreement
from accord.agreement.english_words import label
from accord.agreement.plan import RoutingRule
from accord.agreement.terms import Terms
from accord.clock import Calendar, is_open
from accord.routing import Candidate, RoutingDecision, Territory, Wish, route
from accord.rules import Value, text_key
from accord.server.accounts.models import Leave, Membership, Team, User
from accord.server.pipeline.facts import field_values
from accord.server.pipeline.models import Lead


def decide(
    lead: Lead, terms: Terms, agreement: Agreement, excluding: frozenset[int], at: datetime
) -> tuple[RoutingDecision, User | None]:
    """Ask routing for the owner and keep its state; the lock on the team's row puts two workers in turn."""
    Team.objects.select_for_update().get_or_create(name=terms.team)
    memberships = members_of(terms.team, at)
    wish = wish_of(lead, terms.rule, [m.user_id for m in memberships], agreement, excluding)
    decision = route(candidates_of(memberships, at, agreement, terms.rule), at, wish)
    _keep(memberships, decision)
    return decision, next((m.user for m in memberships if m.user_id == decision.owner), None)


def _keep(memberships: Iterable[Membership], decision: RoutingDecision) -> None:
    """Write the credits that changed, in one statement whose text is the same for every team."""
    changed = [m for m in memberships if decision.credits.get(m.user_id, m.credit) != m.credit]
    if not changed:
        return
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE accounts_membership SET credit = new.credit"
            " FROM unnest(%s::bigint[], %s::integer[]) AS new (id, credit) WHERE accounts_membership.id = new.id",
            [[m.pk for m in changed], [decision.credits[m.user_id] for m in changed]],
        )


def members_of(team: str, at: datetime) -> list[Membership]:
    """Return the places in a team with their users and these users' leave at ``at``, always in the same order."""
    away = Leave.objects.filter(start__lte=at, end__gt=at)
    members = Membership.objects.filter(team__name=team).select_related("user")
    return list(members.prefetch_related(Prefetch("user__leaves", away, to_attr="away")).order_by("user_id"))


def candidates_of(
    memberships: Sequence[Membership], at: datetime, agreement: Agreement, rule: RoutingRule
) -> list[Candidate]:
    """Return the members of a team, from ``members_of``, as routing sees them at ``at``.

    The leads are counted only of those who are bound to a number, by the rule or by their place in the team, and no
    further than to that number: a decision costs what people can work on, however many leads are open.
    """
    load = _open_leads_up_to(
        {
            membership.user_id: min(bounds)
            for membership in memberships
            if (bounds := [most for most in (membership.capacity, rule.at_most) if most is not None])
        }
    )
    return [
        candidate_of(
            membership,
            open_leads=load.get(membership.user_id, 0),
            away_until=max((leave.end for leave in membership.user.away), default=None),  # type: ignore[attr-defined]  # prefetched
            on_shift=not rule.only_on_shift or is_open(at, hours_of(membership, agreement)),
            at=at,
        )
        for membership in memberships
    ]


def candidate_of(
    membership: Membership, *, open_leads: int, away_until: datetime | None, on_shift: bool, at: datetime
) -> Candidate:
    """Return one member of a team as routing sees them at ``at``."""
    return Candidate(
        owner=membership.user_id,
        name=membership.user.name,
        weight=membership.weight,
        open_leads=open_leads,
        capacity=membership.capacity,
        active=membership.user.is_active,
        on_leave_until=away_until and away_until.astimezone(ZoneInfo(membership.user.zone)),
        credit=membership.credit,
        covers=frozenset((name, text_key(value)) for name, values in membership.covers.items() for value in values),
        on_shift=on_shift,
        online=membership.offline_since is None or membership.offline_since > at,
    )


def open_leads(users: Iterable[int]) -> dict[int, int]:
    """Return how many leads each of these users has open; read from the index of open leads by owner alone."""
    mine = Lead.objects.filter(owner__in=list(users), ended_at=None)
    return dict(mine.values_list("owner").annotate(number=Count("*")).order_by())


def _open_leads_up_to(bounds: Mapping[int, int]) -> dict[int, int]:
    """Return how many leads each of these users has open, counted up to their bound."""
    if not bounds:
        return {}
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT bound.owner, (SELECT count(*) FROM (SELECT 1 FROM pipeline_lead"
            " WHERE owner_id = bound.owner AND ended_at IS NULL LIMIT bound.most) AS counted)"
            " FROM unnest(%s::bigint[], %s::bigint[]) AS bound (owner, most)",
            [list(bounds), list(bounds.values())],
        )
        return dict(cursor.fetchall())


def hours_of(membership: Membership, agreement: Agreement) -> Calendar:
    """Return when somebody works in a team: the hours of their calendar, on the clock of the zone they work in.

    A calendar that the agreement does not have (any more) is that of the hand-off.
    """
    calendar = agreement.calendars.get(membership.calendar, agreement.handoff.calendar)
    return replace(calendar, zone=ZoneInfo(membership.user.zone))


def wish_of(
    lead: Lead, rule: RoutingRule, members: Sequence[int], agreement: Agreement, excluding: frozenset[int] = frozenset()
) -> Wish:
    """Return what a rule of the routing asks of whoever gets a lead.

    Args:
        lead: With person and company loaded.
        rule: The rule by which it goes to the team.
        members: Who is in the team.
        agreement: Where the rule and the fields stand.
        excluding: Who shall not get it.
    """
    return Wish(
        company_owners=_company_owners(lead, members) if rule.company_owner_first else (),
        last_owner=_last_owner(lead) if rule.last_owner_first else None,
        territories=territories(rule, field_values(lead, agreement)) if rule.match else (),
        at_most=rule.at_most,
        only_on_shift=rule.only_on_shift,
        queue=rule.queue or "",
        excluding=excluding,
    )


def territories(rule: RoutingRule, values: dict[str, Value]) -> tuple[Territory, ...]:
    """Return the values of a lead that somebody should cover, in the order of the rule; what is unknown is left out."""
    return tuple(
        Territory(name, text_key(str(values[name])), f"{label(name)} {values[name]}")
        for name in rule.match
        if name in values
    )


def ranked_owners(owned: Iterable[tuple[int, bool, datetime]]) -> tuple[frozenset[int], ...]:
    """Return who has a company: together those who work on it now, then one by one who did so last.

    Args:
        owned: Owner, whether they have an open lead of it, and when their latest lead of it was opened.

    Examples:
        >>> from datetime import UTC
        >>> last_year, today = datetime(2025, 1, 1, tzinfo=UTC), datetime(2026, 1, 1, tzinfo=UTC)
        >>> [sorted(group) for group in ranked_owners([(1, False, last_year), (2, True, today), (3, False, today)])]
        [[2], [3], [1]]
    """
    owned = list(owned)
    now = frozenset(owner for owner, still, _ in owned if still)
    before = sorted((row for row in owned if not row[1]), key=lambda row: (-row[2].timestamp(), row[0]))
    return (*((now,) if now else ()), *(frozenset({owner}) for owner, _, _ in before))


def _company_owners(lead: Lead, members: Sequence[int]) -> tuple[frozenset[int], ...]:
    company = lead.person.company_id
    if company is None:
        return ()
    others = Lead.objects.filter(person__company=company, owner__in=members).exclude(pk=lead.pk)
    rows = others.values("owner").annotate(open=Count("pk", filter=Q(ended_at=None)), last=Max("opened_at")).order_by()
    return ranked_owners((row["owner"], row["open"] > 0, row["last"]) for row in rows)


def _last_owner(lead: Lead) -> int | None:
    earlier = Lead.objects.filter(person=lead.person_id, cycle__lt=lead.cycle).exclude(owner=None)
    return earlier.order_by("-cycle").values_list("owner", flat=True).first()
