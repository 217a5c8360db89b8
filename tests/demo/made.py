"""People of stories, made by hand."""

from datetime import UTC, datetime

from accord.demo import days
from accord.demo.story import Company, Contact, Story
from accord.demo.world import Prospect

END = datetime(2026, 9, 17, 13, 30, tzinfo=UTC)
"""A Thursday, half past three in Berlin."""
SEED = 5
SPAN = days.year(SEED, END, 120)


def story(index: int, opened_at: datetime, *, email: str = "", phone: str = "", source: str = "newsletter") -> Story:
    """Return somebody of Acme."""
    prospect = Prospect(
        *(index, f"account-{index}", "manufacturing", "200-499", "Buyer", "procurement_manager", "manager", "inbound"),
        private_address=False, promise=0.5, responsiveness=0.5, amount=0, won=False, cycle_days=30, happenings=(),
    )  # fmt: skip
    who = Contact(f"Person {index}", email, phone, "Buyer", "manager", "procurement_manager")
    return Story(
        prospect, Company("Acme", "acme.example", 200, "DE", "manufacturing"), who, source, opened_at, opened_at
    )
