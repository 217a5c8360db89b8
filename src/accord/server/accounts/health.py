"""What ``accord doctor`` looks at in accounts: whether somebody is told when a promise is broken."""

from accord.server.accounts.models import Team
from accord.server.health import Finding


def every_team_has_a_manager() -> Finding:
    """Check that each team has a manager who works here."""
    teams = Team.objects.count()
    without = list(Team.objects.exclude(manager__is_active=True).values_list("name", flat=True))
    remedy = "accord user manage EMAIL TEAM; until then revenue operations is told instead"
    if without:
        return Finding("teams", False, f"{', '.join(without)} without a manager", remedy)
    return Finding("teams", True, "each has a manager" if teams else "none yet")
