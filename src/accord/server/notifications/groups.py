"""The groups of notices among which people choose how they are told: a few, in their own words."""

from collections.abc import Mapping
from typing import Final

from django.db import models


class Group(models.TextChoices):
    """What a notice is about, for whoever gets it."""

    LEADS = "leads", "A lead for me"
    REMINDERS = "reminders", "Reminders"
    LATE = "late", "Somebody is late"
    QUESTIONS = "questions", "Questions and disputes"
    AGREEMENT = "agreement", "The agreement"


SAYS: Final[Mapping[Group, str]] = {
    Group.LEADS: "A new lead, one that came back, or one of yours that was merged.",
    Group.REMINDERS: "What you promised is due soon.",
    Group.LATE: "A promise was broken, a lead stands still, or nobody is working it.",
    Group.QUESTIONS: "A question about a lead, its answer, or a decision that somebody contests.",
    Group.AGREEMENT: "A proposal to sign, what became of it, and what others say about it.",
}
"""What belongs to each group, in a sentence."""

_BY_KIND: Final[Mapping[str, Group]] = {
    "lead.reminder": Group.REMINDERS,
    "lead.escalation": Group.LATE,
    "lead.stays": Group.LATE,
    "lead.offline": Group.LATE,
    "lead.unattended": Group.LATE,
    "lead.question": Group.QUESTIONS,
    "lead.answered": Group.QUESTIONS,
}
_BY_ROOM: Final[Mapping[str, Group]] = {
    "lead": Group.LEADS,
    "duplicate": Group.LEADS,
    "watch": Group.LATE,
    "dispute": Group.QUESTIONS,
    "revision": Group.AGREEMENT,
}


def group_of(kind: str) -> Group:
    """Return the group of a kind of notices; what no group names concerns a lead."""
    return _BY_KIND.get(kind) or _BY_ROOM.get(kind.partition(".")[0], Group.LEADS)
