"""Random teams and wishes against the clauses in words: who is preferred, who is live, and that credit is conserved."""

from datetime import UTC, datetime, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from accord.routing import LEAD, Candidate, Preference, Reason, Territory, Wish, carried_out, gini, route

NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)
FIELDS = ("company.country", "person.language")
COVERS = st.frozensets(st.tuples(st.sampled_from(FIELDS), st.sampled_from("ab")), max_size=4)
IDS = st.integers(1, 7)


@st.composite
def teams(draw):
    return tuple(
        Candidate(
            owner,
            f"Member {owner}",
            weight=draw(st.integers(0, 3)),
            open_leads=draw(st.integers(0, 3)),
            capacity=draw(st.none() | st.integers(0, 6)),
            active=draw(st.booleans()),
            on_leave_until=draw(st.none() | st.integers(-1, 1).map(lambda days: NOW + timedelta(days=days))),
            credit=draw(st.integers(-2 * LEAD, 2 * LEAD)),
            covers=draw(COVERS),
            on_shift=draw(st.booleans()),
        )
        for owner in draw(st.lists(IDS, max_size=6, unique=True))
    )


@st.composite
def wishes(draw):
    return Wish(
        company_owners=tuple(draw(st.lists(st.frozensets(IDS, min_size=1, max_size=2), max_size=2))),
        last_owner=draw(st.none() | IDS),
        territories=tuple(
            Territory(field, draw(st.sampled_from("ab")), field)
            for field in draw(st.lists(st.sampled_from(FIELDS), unique=True))
        ),
        at_most=draw(st.none() | st.integers(1, 6)),
        only_on_shift=draw(st.booleans()),
        queue=draw(st.sampled_from(["", "", "", "fair"])),
        excluding=draw(st.frozensets(IDS, max_size=2)),
    )


def is_live(c, wish):
    """The reference, in the words of lesson 5 and of the clauses."""
    return (
        c.active
        and c.owner not in wish.excluding
        and not (c.on_leave_until is not None and c.on_leave_until > NOW)
        and not (wish.only_on_shift and not c.on_shift)
        and not (c.capacity is not None and c.open_leads >= c.capacity)
        and not (wish.at_most is not None and c.open_leads >= wish.at_most)
        and c.weight > 0
    )


def first_of(live, wish):
    """The reference: a score for each, of which the highest come first."""

    def score(c):
        rank = next((n for n, owners in enumerate(wish.company_owners) if c.owner in owners), None)
        if rank is not None:
            return 100 - rank
        if c.owner == wish.last_owner:
            return 50
        matched = 0
        for territory in wish.territories:
            if (territory.field, territory.key) not in c.covers:
                break
            matched += 1
        return matched

    best = max(map(score, live), default=0)
    return {c.owner for c in live if score(c) == best}, best


@settings(max_examples=300, deadline=None)
@given(teams(), st.lists(wishes(), min_size=1, max_size=12))
def test_a_lead_goes_to_one_of_those_who_come_first_among_the_live_and_everybody_is_told_why(team, wanted):
    """Lessons 5 and 7."""
    for wish in wanted:
        decision = route(team, NOW, wish)
        live = [c for c in team if is_live(c, wish)]
        first, best = first_of(live, wish)
        if wish.queue or not live:
            assert decision.owner is None
            assert decision.credits == {c.owner: c.credit for c in team}
        else:
            assert decision.owner in first
            expected = Preference.COMPANY_OWNER if best > 50 else Preference.LAST_OWNER if best == 50 else None
            assert decision.why == (expected or (Preference.COVERS if best else None))
        by_reason = {c.owner: c.reason for c in decision.considered}
        assert set(by_reason) == {c.owner for c in team}
        assert all(c.detail for c in decision.considered)
        later = {owner for owner, reason in by_reason.items() if reason is Reason.COMES_LATER}
        assert later == (set() if wish.queue else {c.owner for c in live} - first)
        team = carried_out(team, decision)


@settings(max_examples=150, deadline=None)
@given(st.lists(st.lists(st.integers(1, 5), min_size=1, max_size=5, unique=True), min_size=1, max_size=60))
def test_credit_stays_bounded_however_leads_are_reserved_for_some(groups):
    """Nobody is ever owed or owing more leads than there are colleagues, and what is owed sums to nothing."""
    team = tuple(Candidate(owner, f"Member {owner}") for owner in range(1, 6))
    for owners in groups:
        team = carried_out(team, route(team, NOW, Wish(company_owners=(frozenset(owners),))))
        assert sum(c.credit for c in team) == 0
        assert all(abs(c.credit) <= 4 * LEAD for c in team)


@settings(max_examples=200, deadline=None)
@given(st.lists(st.integers(0, 100), min_size=1, max_size=12))
def test_gini_is_half_the_mean_difference_as_a_share_of_the_mean(amounts):
    """The definition itself, by all pairs."""
    n, total = len(amounts), sum(amounts)
    if total:
        pairs = sum(abs(a - b) for a in amounts for b in amounts)
        assert abs(gini(amounts) - pairs / (2 * n * total)) < 1e-9
    else:
        assert gini(amounts) == 0
