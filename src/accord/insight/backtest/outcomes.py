"""Hand-overs side by side with what really happened to the same people."""

from sqlglot import exp

from accord.insight.backtest.answer import Fate
from accord.insight.judging.materials import Materials
from accord.insight.period import Period
from accord.insight.tree import as_table, select

_NEVER = -1
"""Stands for a fate where there is none; fates are numbered in the order of ``FATES``."""

FATES = tuple(Fate)


def outcomes(materials: Materials, currency: str) -> str:
    """Return the table of what really happened to people, by ``person_id``.

    ``offered_us, accepted_us, rejected, won_us, revenue_cents, elsewhere``: the first offer, the first acceptance,
    whether there was a rejection and no acceptance, the first deal won, what all won deals brought in ``currency``, and
    how many won deals are in another one. Instants are NULL for what never happened.
    """

    def query() -> exp.Query:
        offered = select(
            """
            SELECT l.person_id, MIN(o.offered_us) AS offered_us,
                MIN(CASE WHEN o.status = 'accepted' THEN o.decided_us END) AS accepted_us,
                COUNT(CASE WHEN o.status = 'rejected' THEN 1 END) AS rejections
            FROM offers AS o JOIN leads AS l ON l.lead_id = o.lead_id GROUP BY l.person_id
            """
        )
        won = select(
            """
            SELECT l.person_id, MIN(d.closed_us) AS won_us,
                CAST(SUM(CASE WHEN d.currency = :currency THEN COALESCE(d.amount_cents, 0) ELSE 0 END) AS BIGINT)
                    AS revenue_cents,
                COUNT(CASE WHEN d.currency <> :currency THEN 1 END) AS elsewhere
            FROM deals AS d JOIN leads AS l ON l.lead_id = d.lead_id WHERE d.outcome = 'won' GROUP BY l.person_id
            """,
            currency=currency,
        )
        people = select(
            """
            SELECT p.person_id, o.offered_us, o.accepted_us,
                COALESCE(o.rejections, 0) > 0 AND o.accepted_us IS NULL AS rejected,
                w.won_us, COALESCE(w.revenue_cents, 0) AS revenue_cents, COALESCE(w.elsewhere, 0) AS elsewhere
            FROM people AS p WHERE NOT o.person_id IS NULL OR NOT w.person_id IS NULL
            """
        )
        for query_, alias in ((offered, "o"), (won, "w")):
            on = select(f"SELECT {alias}.person_id = p.person_id").selects[0]  # one of two aliases
            people = people.join(as_table(query_, alias), on=on, join_type="left", copy=False)
        return people

    return materials.made("outcomes", "reading what really happened", query, currency)


def compared(materials: Materials, draft: str, other: str | None, real: str, period: Period) -> str:
    """Return the table of everybody with a hand-over or an outcome.

    ``person_id, draft_us, draft_fast, other_us, other_fast, draft_in, other_in, fate`` and the columns of ``outcomes``.
    ``draft_in`` says whether the hand-over lies in the period; ``fate`` is the place in ``FATES`` or -1.

    Args:
        materials: What the engine holds.
        draft: The table of the draft's hand-overs.
        other: That of the other agreement's; None: there is none.
        real: The table of ``outcomes``.
        period: Which hand-overs count.
    """

    def query() -> exp.Query:
        joined = select(
            """
            SELECT p.person_id, d.at_us AS draft_us, COALESCE(d.fast_lane, FALSE) AS draft_fast,
                o.at_us AS other_us, COALESCE(o.fast_lane, FALSE) AS other_fast,
                COALESCE(d.at_us >= :begins AND d.at_us < :ends, FALSE) AS draft_in,
                COALESCE(o.at_us >= :begins AND o.at_us < :ends AND :compares, FALSE) AS other_in,
                r.offered_us, r.accepted_us, COALESCE(r.rejected, FALSE) AS rejected, r.won_us,
                COALESCE(r.revenue_cents, 0) AS revenue_cents, COALESCE(r.elsewhere, 0) AS elsewhere
            FROM people AS p
            LEFT JOIN draft AS d ON d.person_id = p.person_id
            LEFT JOIN other AS o ON o.person_id = p.person_id
            LEFT JOIN real AS r ON r.person_id = p.person_id
            WHERE NOT d.person_id IS NULL OR NOT o.person_id IS NULL OR NOT r.person_id IS NULL
            """,
            {"draft": draft, "other": other or draft, "real": real},
            begins=period.from_us,
            ends=period.to_us,
            compares=exp.true() if other else exp.false(),
        )
        return select(
            """
            SELECT j.*, CASE WHEN NOT :compares THEN :never
                WHEN j.draft_in AND NOT j.other_in THEN :only_draft WHEN j.other_in AND NOT j.draft_in THEN :only_other
                WHEN NOT j.draft_in THEN :never
                WHEN j.draft_us = j.other_us THEN :same WHEN j.draft_us < j.other_us THEN :earlier ELSE :later END
                AS fate
            """,
            compares=exp.true() if other else exp.false(),
            never=_NEVER,
            **{fate.value: place for place, fate in enumerate(FATES)},
        ).from_(as_table(joined, "j"), copy=False)

    return materials.made("compared", "comparing hand-overs with what happened", query, draft, other, real, period)
