"""Where a lead stands in the funnel."""

from enum import StrEnum


class Stage(StrEnum):
    """Where a lead stands in the funnel; the order of the members is the order of the funnel.

    ``RECYCLED`` and ``DISQUALIFIED`` are detours: they end a cycle without a customer.
    """

    SUBSCRIBER = "subscriber"
    LEAD = "lead"
    MQL = "mql"
    SAL = "sal"
    SQL = "sql"
    OPPORTUNITY = "opportunity"
    CUSTOMER = "customer"
    RECYCLED = "recycled"
    DISQUALIFIED = "disqualified"


FUNNEL = (Stage.SUBSCRIBER, Stage.LEAD, Stage.MQL, Stage.SAL, Stage.SQL, Stage.OPPORTUNITY, Stage.CUSTOMER)
"""The stages of the funnel in order, without the detours."""
