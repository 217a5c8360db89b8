"""Qualifying: what sales has agreed to find out and to check about a lead that it accepts, and the gate of an SQL."""

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from accord.agreement import Agreement, Stage
from accord.agreement.explanation import field_in_words
from accord.rules import evaluate
from accord.server.accounts.audit import record
from accord.server.accounts.models import User
from accord.server.agreements.services import in_force
from accord.server.handoffs.decisions import HandoffError, locked
from accord.server.handoffs.offers import scored_facts
from accord.server.pipeline import services as pipeline
from accord.server.pipeline.models import DecidedBy, Lead, StageName


@dataclass(frozen=True, slots=True)
class Check:
    """One thing that sales finds out about a lead, or checks.

    Attributes:
        label: The field, or the criterion as both sides say it.
        done: Whether it is known, or holds; None for a field that nobody has found out, False for a criterion that does
            not hold.
        field: Its name, if it is a field; empty for a criterion.
    """

    label: str
    done: bool | None
    field: str = ""

    @property
    def key(self) -> str:
        """The field as an id in the page."""
        return self.field.replace(".", "-")


def checks_of(lead: Lead, agreement: Agreement, at: datetime) -> tuple[Check, ...]:
    """Return what sales finds out and checks about a lead, in the order of the agreement; its company is loaded."""
    if not agreement.handoff.sales_checks:
        return ()
    facts = scored_facts(lead, agreement, at)
    rules = {name: criterion.rule for name, criterion in agreement.criteria.items()}
    return tuple(
        Check(field_in_words(name), True if name in facts.fields else None, name)
        if name in agreement.fields
        else Check(agreement.criteria[name].says, evaluate(rules[name], facts, at, rules))
        for name in agreement.handoff.sales_checks
    )


@transaction.atomic
def qualify(lead_id: int, *, by: User, at: datetime) -> Lead:
    """Confirm that an accepted lead is sales-qualified; the agreement's gate must hold.

    What sales has agreed to find out must be known. What it checks besides may turn out either way.

    Raises:
        HandoffError: ``handoff.gate_closed``, ``handoff.not_found_out`` with what is missing, or
            ``handoff.not_accepted``.
    """
    lead = locked(lead_id, by)
    if lead.stage == StageName.SQL:
        return lead
    if lead.stage != StageName.SAL:
        raise HandoffError("handoff.not_accepted", "only an accepted lead can be qualified", hint="accept it first")
    law = in_force()
    unknown = [check.label for check in checks_of(lead, law.agreement, at) if check.done is None]
    gate = next((gate for gate in law.agreement.stages if gate.stage is Stage.SQL), None)
    if gate is not None:
        facts = scored_facts(lead, law.agreement, at)
        rules = {name: criterion.rule for name, criterion in law.agreement.criteria.items()}
        if not evaluate(gate.when, facts, at, rules):
            raise HandoffError(
                "handoff.gate_closed",
                "this lead does not meet what the agreement asks of an SQL yet",
                hint="fill in what is missing on the lead's page",
            )
    if unknown:
        raise HandoffError(
            "handoff.not_found_out",
            f"sales has yet to find out: {', '.join(unknown)}",
            hint="fill it in on the lead's page",
        )
    pipeline.move(
        lead, StageName.SQL, at=at, decided_by=DecidedBy.USER, user=by, revision=law.revision, reason="Checked by sales"
    )
    record("lead.qualified", f"lead:{lead.pk}", actor=by, at=at)
    return lead
