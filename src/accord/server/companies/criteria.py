"""Which criteria of the agreement in force a company meets by itself, whoever works there."""

from dataclasses import dataclass
from datetime import datetime

from accord.agreement import Agreement
from accord.agreement.rules_of import rules_by_name
from accord.rules import Facts, Rule, behaviour_of, evaluate, fields_of, reached
from accord.server.agreements.services import in_force_or_none
from accord.server.people.models import Company
from accord.server.pipeline.facts import typed_values


@dataclass(frozen=True, slots=True)
class Standing:
    """Whether a company meets a criterion; ``says`` is how both sides put it."""

    name: str
    says: str
    holds: bool


def standings(company: Company, at: datetime) -> list[Standing]:
    """Return the criteria that read nothing but a company's fields, in the order of the agreement in force.

    None if no agreement is in force, or if it says nothing of companies alone.
    """
    law = in_force_or_none()
    if law is None:
        return []
    agreement = law.agreement
    rules = rules_by_name(agreement)
    facts = Facts(typed_values(_raw(company), agreement), zone=agreement.zone)
    return [
        Standing(name, criterion.says, evaluate(criterion.rule, facts, at, rules))
        for name, criterion in agreement.criteria.items()
        if _of_companies_alone(criterion.rule, agreement)
    ]


def _raw(company: Company) -> dict[str, object]:
    values: dict[str, object] = {f"company.{name}": value for name, value in company.fields.items()}
    return values | {"company.name": company.name, "company.domain": company.domain}


def _of_companies_alone(rule: Rule, agreement: Agreement) -> bool:
    whole = list(reached([rule], rules_by_name(agreement)))
    fields = fields_of(whole)
    return bool(fields) and not behaviour_of(whole) and all(name.startswith("company.") for name in fields)
