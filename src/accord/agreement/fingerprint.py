"""Two fingerprints of an agreement: of all that can change an outcome, and of the rest.

Both are taken over a canonical tree of the plan, not over the text, so that comments, formatting and the order of what
has no order do not matter. Order counts where it decides: of promises, routing and grades, where the first that fits
applies. Where it is unsure whether an edit can change an outcome (a renamed criterion, say), it counts as one.
"""

import hashlib
import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import fields, is_dataclass
from datetime import date, time, timedelta
from decimal import Decimal
from enum import Enum
from typing import Any
from zoneinfo import ZoneInfo

from accord.agreement.plan import Agreement, BreachStep, CreditTerms, Field, Handoff, RejectReason, Role, RoutingRule
from accord.clock import Calendar
from accord.rules import All, AnyOf, IsAnyOf, IsNoneOf, NoneOf, PropertyTest, Selection, text_key
from accord.scoring import EngagementClause, FitClause, ScoreModel

Tree = Any
"""What JSON can hold."""
_LATER_PARTS = (
    *("stays", "recycling", "marketing_deadlines", "nurture"),
    *("goals", "prices", "spending", "meetings", "credit"),
)
"""Parts that an agreement need not have; one without them has the same fingerprint as before there were any."""
_LATER_ROUTING_KEYS = frozenset({"last_owner_first", "only_on_shift"})
"""Likewise of the keys of one rule of the routing."""
_LATER_KEYS = frozenset({"leads", "weights"})
"""Likewise of those of a step when a promise is at risk, and of the terms of credit."""
_PLACE = re.compile(r"[\w.]+\[\d+\]")


def outcome_fingerprint(agreement: Agreement) -> str:
    """Return the SHA-256, as hex, of everything in ``agreement`` that can change an outcome."""
    return _hash(outcome_tree(agreement))


def outcome_tree(agreement: Agreement) -> Mapping[str, Tree]:
    """Return everything in ``agreement`` that can change an outcome, by part."""
    return {
        "zone": agreement.zone.key,
        "currency": agreement.currency,
        "roles": canonical(agreement.roles),
        "fields": canonical(agreement.fields),
        "criteria": {name: canonical(criterion.rule) for name, criterion in agreement.criteria.items()},
        "score": canonical(agreement.score),
        "stages": canonical(agreement.stages),
        "handoff": canonical(agreement.handoff),
        "calendars": {name: calendar_tree(calendar) for name, calendar in agreement.calendars.items()},
        "sales": [_members(promise) for promise in agreement.sales_promises],
        "marketing": _unordered(_members(promise) for promise in agreement.marketing_promises),
        "on_breach": _unordered(canonical(step) for step in agreement.breach_steps),
        "routing": canonical(agreement.routing),
        **{part: _later(agreement, part) for part in _LATER_PARTS if getattr(agreement, part)},
    }


def _later(agreement: Agreement, part: str) -> Tree:
    tree = canonical(getattr(agreement, part))
    return _unordered(tree) if part in {"marketing_deadlines", "goals", "meetings"} else tree


def wording_fingerprint(agreement: Agreement) -> str:
    """Return the SHA-256, as hex, of the company's name, of what criteria say and of the labels of reasons."""
    return _hash(
        {
            "company": agreement.company,
            "says": {name: criterion.says for name, criterion in agreement.criteria.items()},
            "labels": {name: reason.label for name, reason in agreement.handoff.reject_reasons.items()},
        }
    )


def _hash(tree: Tree) -> str:
    text = json.dumps(tree, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


def canonical(value: object) -> Tree:
    """Return a part of the plan as a tree that is the same for everything that means the same."""
    match value:
        case All(rules) | AnyOf(rules) if len(rules) == 1:
            return canonical(rules[0])
        case All(rules) | AnyOf(rules) | NoneOf(rules):
            return [type(value).__name__, _unordered(map(canonical, rules))]
        case IsAnyOf(values) | IsNoneOf(values):
            return [type(value).__name__, _unordered(canonical(_keyed(each)) for each in values)]
        case Selection(events, where, within):
            return ["Selection", sorted(set(events)), _unordered(map(canonical, where)), canonical(within)]
        case Role(name, does, signs):
            return ["Role", name, sorted(does), signs]
        case Field(name, kind, owner, choices):
            return ["Field", name, kind.value, owner, sorted(choices)]
        case ScoreModel() | FitClause() | EngagementClause() | Handoff() | RejectReason() | Calendar():
            return _clause(value)
        case RoutingRule():
            return [type(value).__name__, _routing_rule(value)]
        case BreachStep() | CreditTerms():
            members = _members(value).items()
            return [
                type(value).__name__,
                {name: each for name, each in members if name not in _LATER_KEYS or getattr(value, name)},
            ]
    return _plain(value)


def _routing_rule(rule: RoutingRule) -> Tree:
    members = _members(rule)
    return {name: member for name, member in members.items() if member or name not in _LATER_ROUTING_KEYS}


def _clause(value: ScoreModel | FitClause | EngagementClause | Handoff | RejectReason | Calendar) -> Tree:
    match value:
        case ScoreModel(fit, engagement, grades):
            return [_unordered(map(canonical, fit)), _unordered(map(canonical, engagement)), canonical(grades)]
        case FitClause(_, when, points):
            return [canonical(when), points]
        case EngagementClause(_, event, where, points, half_life, at_most):
            return [event, _unordered(map(canonical, where)), points, canonical(half_life), at_most]
        case RejectReason(name, _, then):
            return [name, canonical(then)]
        case Calendar():
            return value.name
    tree = _members(value)
    for names in ("marketing_hands_over", "sales_checks"):
        tree[names] = sorted(getattr(value, names))
    return tree


def _plain(value: object) -> Tree:
    match value:
        case None | bool() | str():
            return str(value) if isinstance(value, Enum) else value
        case int() | Decimal():
            return f"#{Decimal(value).normalize():f}"
        case date() | time():
            return value.isoformat()
        case timedelta():
            return f"{value.total_seconds():.0f}s"
        case ZoneInfo():
            return value.key
        case tuple():
            return [canonical(each) for each in value]
        case frozenset():
            return _unordered(map(canonical, value))
        case Mapping():
            return {str(key): canonical(each) for key, each in value.items()}
    return [type(value).__name__, _members(value)]


def calendar_tree(calendar: Calendar) -> Tree:
    """Return the working hours of a calendar, whole; elsewhere in a tree only its name stands."""
    return {name.name: canonical(getattr(calendar, name.name)) for name in fields(calendar)}


def _members(value: object) -> dict[str, Tree]:
    """Return the fields of a dataclass, without a name that only says where in a list it stands."""
    if not is_dataclass(value):
        msg = f"{type(value).__name__} has no place in an agreement"
        raise TypeError(msg)
    members = {each.name: getattr(value, each.name) for each in fields(value)}
    if not isinstance(value, PropertyTest) and _PLACE.fullmatch(str(members.get("name", ""))):
        del members["name"]
    return {name: canonical(member) for name, member in members.items()}


def _unordered(trees: Iterable[Tree]) -> list[Tree]:
    return sorted(trees, key=lambda tree: json.dumps(tree, sort_keys=True, ensure_ascii=False))


def _keyed(value: object) -> object:
    return text_key(value) if isinstance(value, str) else value
