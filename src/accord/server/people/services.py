"""Verbs of the people app."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db import transaction

from accord.rules import Value
from accord.server.people.models import Person, Touchpoint
from accord.traffic.channels import channel


@transaction.atomic
def record_touchpoint(
    person: Person,
    event: str,
    *,
    at: datetime,
    message_id: str,
    properties: Mapping[str, Value] | None = None,
    source: str = "",
    received_at: datetime | None = None,
) -> bool:
    """Keep one touchpoint; return False if this ``message_id`` is known already, which changes nothing."""
    _, fresh = Touchpoint.objects.get_or_create(
        message_id=message_id,
        defaults={
            "person": person,
            "event": event,
            "at": at,
            "received_at": received_at or at,
            "source": source,
            "properties": with_channel(properties or {}),
        },
    )
    return fresh


@dataclass(frozen=True, slots=True)
class NewTouchpoint:
    """A touchpoint to keep; ``received_at`` is ``at`` if it is not given."""

    person: int
    event: str
    at: datetime
    message_id: str
    properties: Mapping[str, Value] = field(default_factory=dict)
    source: str = ""
    received_at: datetime | None = None


def with_channel(properties: Mapping[str, Any]) -> dict[str, Any]:
    """Return properties with the channel that a stated source and medium make, where none is stated.

    Examples:
        >>> with_channel({"source": "google", "medium": "cpc"})["channel"]
        'Paid Search'
    """
    source, medium, campaign = (str(properties.get(name) or "") for name in ("source", "medium", "campaign"))
    if properties.get("channel") or not (source and medium):
        return dict(properties)
    return {**properties, "channel": str(channel(source, medium, campaign))}


@transaction.atomic
def record_touchpoints(touchpoints: Iterable[NewTouchpoint]) -> frozenset[int]:
    """Keep many touchpoints at once; return the ids of the people to whom something new happened.

    A ``message_id`` that is known already, or comes twice, changes nothing.
    """
    wanted: dict[str, NewTouchpoint] = {}
    for touchpoint in touchpoints:
        wanted.setdefault(touchpoint.message_id, touchpoint)
    known = set(Touchpoint.objects.filter(message_id__in=wanted).values_list("message_id", flat=True))
    fresh = [touchpoint for key, touchpoint in wanted.items() if key not in known]
    Touchpoint.objects.bulk_create(
        (
            Touchpoint(
                message_id=touchpoint.message_id,
                person_id=touchpoint.person,
                event=touchpoint.event,
                at=touchpoint.at,
                received_at=touchpoint.received_at or touchpoint.at,
                source=touchpoint.source,
                properties=with_channel(touchpoint.properties),
            )
            for touchpoint in fresh
        ),
        batch_size=1000,
        ignore_conflicts=True,  # another process may have kept one of them a moment ago
    )
    return frozenset(touchpoint.person for touchpoint in fresh)
