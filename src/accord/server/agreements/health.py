"""What ``accord doctor`` looks at in the agreement."""

from accord.server.agreements.services import in_force_or_none
from accord.server.health import Finding


def agreement_in_force() -> Finding:
    """Check that there is an agreement to carry out."""
    law = in_force_or_none()
    if law is None:
        remedy = "accord propose FILE, then accord sign for each side; until then leads wait"
        return Finding("agreement", False, "none is in force", remedy)
    return Finding("agreement", True, f"revision {law.revision.number} of {law.agreement.company} is in force")
