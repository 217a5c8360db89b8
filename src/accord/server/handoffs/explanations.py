"""What the pages of sales say of an agreement's reasons, and of the reason with which a lead was offered.

Why a lead stands where it stands is said by ``accord.agreement.explanation``.
"""

from dataclasses import dataclass

from accord.agreement import Agreement, Disqualify, Recycle, rule_in_words
from accord.agreement.ways_out import after_lost_deal
from accord.rules import CriterionRule, Rule
from accord.server.ui.words import duration


def what_follows(then: Recycle | Disqualify, agreement: Agreement) -> str:
    """Return what becomes of a lead that is let go."""
    match then:
        case Disqualify():
            return "Out for good"
        case Recycle(back_after, or_when, to):
            whom = f"To the {to}" if to == "agency" else f"To {to}"
            back = f"comes back in {duration(back_after, 1)}" if back_after else ""
            trigger = (
                f"{'or sooner ' if back else 'comes back '}when {trigger_in_words(or_when, agreement)}"
                if or_when
                else ""
            )
            return ", ".join(part for part in (whom, back, trigger) if part)


@dataclass(frozen=True, slots=True)
class Choice:
    """An agreed reason to let a lead go, as a dialog offers it; ``final``: the lead is out for good."""

    name: str
    label: str
    follows: str
    final: bool


def choices_of(agreement: Agreement, *, deal_lost: bool = False) -> tuple[Choice, ...]:
    """Return the agreed reasons in the order of the document, each with what follows from it, or from a lost deal."""
    follows = {
        name: after_lost_deal(agreement, name)[1] if deal_lost else reason.then
        for name, reason in agreement.handoff.reject_reasons.items()
    }
    return tuple(
        Choice(name, reason.label, what_follows(follows[name], agreement), isinstance(follows[name], Disqualify))
        for name, reason in agreement.handoff.reject_reasons.items()
    )


def agreed_reasons(agreement: Agreement) -> list[tuple[str, str]]:
    """Return the agreed reasons for letting a lead go, as the choices of a form."""
    return [(name, reason.label) for name, reason in agreement.handoff.reject_reasons.items()]


def why_in_words(reason: str) -> str:
    """Return the stored reason of an offer as one line to read; that it is the fast lane is said by its pill.

    Examples:
        >>> why_in_words("Fast lane; 50 or more staff; Asked for a demo"), why_in_words("the score is at least 15")
        ('50 or more staff · Asked for a demo', 'The score is at least 15')
    """
    parts = [part for part in reason.split("; ") if part and part != "Fast lane"]
    return " · ".join(part[:1].upper() + part[1:] for part in parts)


def trigger_in_words(rule: Rule, agreement: Agreement) -> str:
    """Return what brings a lead back, to follow "when"."""
    if isinstance(rule, CriterionRule):
        return f"“{agreement.criteria[rule.name].says}” holds"
    return rule_in_words(rule, agreement)
