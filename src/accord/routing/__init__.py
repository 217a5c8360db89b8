"""Routing: who gets a lead, and why not the others.

Pure: no Django, no network, no clock of its own: the team, its credits and the time are arguments.
It imports nothing beside ``errors``. Start reading at ``candidate.py``, then ``wish.py`` and ``round_robin.py``.
"""

from accord.routing.candidate import Candidate, RoutingError
from accord.routing.decision import Considered, Reason, RoutingDecision
from accord.routing.fairness import gini
from accord.routing.round_robin import LEAD, carried_out, plan, route
from accord.routing.wish import ANYBODY, Preference, Territory, Wish

__all__ = [
    "ANYBODY",
    "LEAD",
    "Candidate",
    "Considered",
    "Preference",
    "Reason",
    "RoutingDecision",
    "RoutingError",
    "Territory",
    "Wish",
    "carried_out",
    "gini",
    "plan",
    "route",
]
