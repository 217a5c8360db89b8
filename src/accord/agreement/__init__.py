"""The agreement: the YAML document that both departments sign, and the plan that the software carries out.

``document.py`` is what people write (pydantic, the source of the JSON Schema), ``plan.py`` what runs; ``load`` turns
one into the other and returns every issue with its file and line. ``english.py`` says each clause as a sentence.
Pure: no Django, no network, no clock of its own. Start reading at ``plan.py``.
"""

from accord.agreement.clauses import Clause, Section
from accord.agreement.document import json_schema
from accord.agreement.english import budget_in_words, clauses, not_in_force, rule_in_words
from accord.agreement.english_findings import finding_in_words
from accord.agreement.in_force import Shortfall, shortfalls
from accord.agreement.load import Loaded, load, read
from accord.agreement.plan import (
    FUNNEL,
    Agreement,
    BreachStep,
    CreditTerms,
    CreditWeights,
    Criterion,
    Disqualify,
    Field,
    FieldType,
    Handoff,
    MarketingDeadline,
    MarketingPromise,
    Recycle,
    Recycling,
    RejectReason,
    Role,
    RoutingRule,
    SalesPromise,
    Stage,
    StageGate,
    StageStay,
    Tell,
)

__all__ = [
    "FUNNEL",
    "Agreement",
    "BreachStep",
    "Clause",
    "CreditTerms",
    "CreditWeights",
    "Criterion",
    "Disqualify",
    "Field",
    "FieldType",
    "Handoff",
    "Loaded",
    "MarketingDeadline",
    "MarketingPromise",
    "Recycle",
    "Recycling",
    "RejectReason",
    "Role",
    "RoutingRule",
    "SalesPromise",
    "Section",
    "Shortfall",
    "Stage",
    "StageGate",
    "StageStay",
    "Tell",
    "budget_in_words",
    "clauses",
    "finding_in_words",
    "json_schema",
    "load",
    "not_in_force",
    "read",
    "rule_in_words",
    "shortfalls",
]
