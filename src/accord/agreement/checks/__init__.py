"""What takes more than one place of the document to decide: names, types, order, reach, and promises that can be kept.

Every check reads the document and adds issues; none stops at the first. Start reading at ``inspection.py``.
"""

from accord.agreement.checks.business import check_credit, check_goals, check_meetings, check_prices, check_spending
from accord.agreement.checks.care import (
    check_deadlines,
    check_nurture,
    check_recycling,
    check_sales_checks,
    check_stays,
)
from accord.agreement.checks.handoff import check_handoff, check_routing
from accord.agreement.checks.inspection import Inspection
from accord.agreement.checks.parties import check_fields, check_roles
from accord.agreement.checks.promises import check_breach_steps, check_calendars, check_promises
from accord.agreement.checks.reach import check_criteria, check_grades, check_stages
from accord.agreement.checks.rules import check_rules, check_score
from accord.agreement.checks.size import check_size

__all__ = ["Inspection", "check_all"]


def check_all(inspection: Inspection) -> None:
    """Run every check."""
    for check in (
        check_roles,
        check_fields,
        check_rules,
        check_score,
        check_size,
        check_criteria,
        check_grades,
        check_stages,
        check_handoff,
        check_calendars,
        check_promises,
        check_breach_steps,
        check_routing,
        check_stays,
        check_sales_checks,
        check_recycling,
        check_deadlines,
        check_nurture,
        check_goals,
        check_prices,
        check_spending,
        check_credit,
        check_meetings,
    ):
        check(inspection)
