"""What follows from an import besides its rows, which are in the temporary tables of its scripts."""

from datetime import datetime

from django.db.backends.utils import CursorWrapper

from accord.server.agreements.services import in_force_or_none
from accord.server.handoffs.models import Offer
from accord.server.handoffs.offers import withdraw
from accord.server.handoffs.recycling import who_came_back_enough
from accord.server.people.telephones import keep_phones


def keep_imported_phones(cursor: CursorWrapper) -> None:
    """Know people by the telephone numbers that came for them; for an import of leads, after its last script."""
    cursor.execute(
        """
        SELECT person.id, person.phone, company.fields ->> 'country'
        FROM person_value AS said
        JOIN people_person AS person ON person.id = said.id
        LEFT JOIN people_company AS company ON company.id = person.company_id
        WHERE said.phone IS NOT NULL AND (said.fresh OR person.id IN (SELECT id FROM person_changed))
        """
    )
    keep_phones(cursor.fetchall())


def let_out_for_good(cursor: CursorWrapper) -> None:
    """Let nobody be recycled by a file who has come back as often as agreed; for an import of deals, midway."""
    law = in_force_or_none()
    if law is None:
        return
    cursor.execute("SELECT lead_id FROM effect WHERE stage = 'recycled'")
    enough = who_came_back_enough([key for (key,) in cursor.fetchall()], law.agreement)
    cursor.execute("UPDATE effect SET stage = 'disqualified' WHERE lead_id = ANY(%s)", [list(enough)])


def stop_clocks(cursor: CursorWrapper, at: datetime) -> None:
    """End what runs on the leads that the deals have ended; for an import of deals, after its last script."""
    cursor.execute(
        """
        SELECT DISTINCT offer.id
        FROM handoffs_offer AS offer
        JOIN effect ON effect.lead_id = offer.lead_id AND effect.stage <> 'opportunity'
        LEFT JOIN handoffs_clock AS clock ON clock.offer_id = offer.id AND clock.stopped_at IS NULL
        WHERE offer.status = 'open' OR clock.id IS NOT NULL
        """
    )
    running = [key for (key,) in cursor.fetchall()]
    for offer in Offer.objects.filter(pk__in=running).select_related("revision", "owner"):
        withdraw(offer, at=at, note="A deal was imported")
