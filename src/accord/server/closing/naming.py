"""What dimensions and their values are called."""

from collections.abc import Iterable, Mapping

from accord.insight.closing import Dimension
from accord.server.accounts.models import User
from accord.server.handoffs.models import Attempt

LABELS: Mapping[Dimension, str] = {
    Dimension.SOURCE: "Source",
    Dimension.CAMPAIGN: "Campaign",
    Dimension.CHANNEL: "Channel",
    Dimension.OWNER: "Owner",
    Dimension.TEAM: "Team",
    Dimension.GRADE: "Grade",
    Dimension.REVISION: "Revision",
    Dimension.INDUSTRY: "Industry",
    Dimension.REGION: "Country",
    Dimension.SIZE: "Company size",
    Dimension.FIRST_ATTEMPT: "First attempt after",
    Dimension.CALL: "First call",
}
MEANINGS: Mapping[Dimension, str] = {
    Dimension.SOURCE: "Where the lead came from, as stated when it began",
    Dimension.CAMPAIGN: "The campaign of the person’s first visit from outside, if that was before the lead began",
    Dimension.CHANNEL: "The channel of the person’s first visit from outside, if that was before the lead began",
    Dimension.OWNER: "Whom the lead was offered to first, whoever has it now",
    Dimension.TEAM: "The team that the lead was routed to first",
    Dimension.GRADE: "The grade of the lead when it was offered first",
    Dimension.REVISION: "The revision of the agreement under which the lead was offered first",
    Dimension.INDUSTRY: "The industry of the person’s company, as it is known now",
    Dimension.REGION: "The country of the person’s company, as it is known now",
    Dimension.SIZE: "How many people work at the person’s company, as it is known now",
    Dimension.FIRST_ATTEMPT: "Working time from the first offer until somebody tried to reach the lead",
    Dimension.CALL: "What came of the first call to the lead",
}
AS_NOW = frozenset({Dimension.INDUSTRY, Dimension.REGION, Dimension.SIZE})
"""These are known as they are now, not as they were when the lead came."""
AFTERWARDS = frozenset({Dimension.FIRST_ATTEMPT, Dimension.CALL})
"""These came about after the hand-over."""

_MISSING: Mapping[Dimension, str] = {
    Dimension.SOURCE: "Not stated",
    Dimension.CAMPAIGN: "None",
    Dimension.CHANNEL: "No visit before",
    Dimension.OWNER: "Nobody",
    Dimension.TEAM: "Never offered",
    Dimension.GRADE: "No grade",
    Dimension.REVISION: "Never offered",
    Dimension.INDUSTRY: "Not known",
    Dimension.REGION: "Not known",
    Dimension.SIZE: "Not known",
    Dimension.FIRST_ATTEMPT: "None owed, or not due yet",
    Dimension.CALL: "No call",
}
_BANDS: Mapping[Dimension, Mapping[str, str]] = {
    Dimension.SIZE: {
        "under_10": "Below 10",
        "under_50": "10 to 49",
        "under_250": "50 to 249",
        "under_1000": "250 to 999",
        "larger": "1,000 and more",
    },
    Dimension.FIRST_ATTEMPT: {
        "under_1h": "Under 1 hour",
        "under_4h": "1 to 4 hours",
        "under_8h": "4 to 8 hours",
        "under_16h": "8 to 16 hours",
        "later": "16 hours and more",
        "never": "Never tried",
    },
    Dimension.CALL: {outcome.value: str(outcome.label) for outcome in Attempt.Outcome},
}
"""Values in an order of their own."""


def value_labels(dimension: Dimension, values: Iterable[str]) -> dict[str, str]:
    """Return what values are called."""
    wanted = list(values)
    known: Mapping[str, str] = _BANDS.get(dimension, {})
    if dimension is Dimension.OWNER:
        keys = [int(value) for value in wanted if value.isascii() and value.isdigit() and len(value) < 18]
        known = {str(key): name for key, name in User.objects.filter(pk__in=keys).values_list("pk", "name")}
    if dimension is Dimension.REVISION:
        known = {value: f"Revision {value}" for value in wanted if value}
    return {value: known.get(value, value) or _MISSING[dimension] for value in wanted}


def place(dimension: Dimension, value: str) -> tuple[int, str]:
    """Return where a value stands among its dimension's, if they have an order; what is not known stands last."""
    known = list(_BANDS.get(dimension, {}))
    match dimension:
        case Dimension.GRADE:
            return not value, value
        case Dimension.REVISION:
            return int(value) if value.isascii() and value.isdigit() else 2**31, ""
    return known.index(value) if value in known else len(known), ""
