"""When a rule about behaviour holds: the spans of time ``[from_us, until_us)`` in which it does, for everybody at once.

Each query reads touchpoints as ``who`` and ``at_us`` (and ``member``, ``passes`` or ``follows`` where told) and answers
with ``who``, ``from_us`` and ``until_us``: spans that do not touch each other. They follow from the touchpoints up to
any instant alone: what comes later never changes whether a rule held then.
"""

from sqlglot import exp

from accord.insight.tree import FAR, as_table, select


def enough(touches: exp.Query, least: int, within_us: int | None) -> exp.Query:
    """Return when at least ``least`` touchpoints lie in the window.

    A span begins at a touchpoint and lasts until the last of the ``least`` before it has left the window.
    """
    if within_us is None:
        ranked = select(
            "SELECT t.who, t.at_us, ROW_NUMBER() OVER (PARTITION BY t.who ORDER BY t.at_us NULLS LAST) AS place"
        ).from_(as_table(touches, "t"), copy=False)
        return select(
            "SELECT r.who, r.at_us AS from_us, :far AS until_us WHERE r.place = :least", far=FAR, least=least
        ).from_(as_table(ranked, "r"), copy=False)
    alike = select("SELECT t.who, t.at_us, t.at_us AS last_us").from_(as_table(touches, "t"), copy=False)
    return _lasting(alike, least, within_us)


def enough_runs(touches: exp.Query, least: int, within_us: int) -> exp.Query:
    """Return when touchpoints of at least ``least`` different members lie in the window, where members take turns.

    Args:
        touches: ``member`` is what is counted. The touchpoints of one lie within less than the window, and all of them
            before those of the next.
        least: How many.
        within_us: The window.
    """
    runs = select("SELECT t.who, MIN(t.at_us) AS at_us, MAX(t.at_us) AS last_us GROUP BY t.who, t.member")
    return _lasting(runs.from_(as_table(touches, "t"), copy=False), least, within_us)


def _lasting(runs: exp.Query, least: int, within_us: int) -> exp.Query:
    """Return when ``least`` runs lie in the window, each of which begins and ends later than the one before."""
    oldest = select(
        """
        SELECT t.who, t.at_us, LAG(t.last_us, :back) OVER (
            PARTITION BY t.who ORDER BY t.at_us NULLS LAST) AS oldest_us
        """,
        back=least - 1,
    ).from_(as_table(runs, "t"), copy=False)
    spans = select(
        "SELECT o.who, o.at_us AS from_us, o.oldest_us + :within AS until_us WHERE o.oldest_us + :within > o.at_us",
        within=within_us,
    ).from_(as_table(oldest, "o"), copy=False)
    return _merged(spans, "who")


def enough_members(touches: exp.Query, least: int, within_us: int | None) -> exp.Query:
    """Return when touchpoints of at least ``least`` different members lie in the window.

    Args:
        touches: ``member`` is what is counted.
        least: How many.
        within_us: The window.
    """
    if within_us is None:
        firsts = select("SELECT t.who, MIN(t.at_us) AS at_us GROUP BY t.who, t.member").from_(
            as_table(touches, "t"), copy=False
        )
        return enough(firsts, least, None)
    each = select("SELECT t.who, t.member, t.at_us AS from_us, t.at_us + :within AS until_us", within=within_us).from_(
        as_table(touches, "t"), copy=False
    )
    present = _merged(each, "who", "member")
    edges = exp.union(
        select("SELECT p.who, p.from_us AS at_us, 1 AS step").from_(as_table(present, "p"), copy=False),
        select("SELECT p.who, p.until_us AS at_us, -1 AS step").from_(as_table(present.copy(), "p"), copy=False),
        distinct=False,
    )
    steps = select("SELECT e.who, e.at_us, CAST(SUM(e.step) AS BIGINT) AS step GROUP BY e.who, e.at_us").from_(
        as_table(edges, "e"), copy=False
    )
    counted = select(
        """
        SELECT s.who, s.at_us AS from_us,
            LEAD(s.at_us) OVER (PARTITION BY s.who ORDER BY s.at_us NULLS LAST) AS until_us,
            CAST(SUM(s.step) OVER (PARTITION BY s.who ORDER BY s.at_us NULLS LAST
                ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW) AS BIGINT) AS members
        """
    ).from_(as_table(steps, "s"), copy=False)
    spans = select("SELECT c.who, c.from_us, c.until_us WHERE c.members >= :least", least=least).from_(
        as_table(counted, "c"), copy=False
    )
    return _merged(spans, "who")


def first_passes(touches: exp.Query, within_us: int | None) -> exp.Query:
    """Return when the very first touchpoint is one that passes (``passes`` is 1), and lies in the window."""
    until: exp.Expr = exp.Literal.number(FAR) if within_us is None else _after("r", "at_us", within_us)
    ranked = select(
        "SELECT i.who, i.at_us, i.passes, ROW_NUMBER() OVER (PARTITION BY i.who ORDER BY i.at_us NULLS LAST) AS place"
    ).from_(as_table(_by_instant(touches), "i"), copy=False)
    return select(
        "SELECT r.who, r.at_us AS from_us, :until AS until_us WHERE r.place = 1 AND r.passes = 1", until=until
    ).from_(as_table(ranked, "r"), copy=False)


def last_passes(touches: exp.Query, within_us: int | None) -> exp.Query:
    """Return when the latest touchpoint is one that passes (``passes`` is 1), and lies in the window."""
    following = select(
        """
        SELECT i.who, i.at_us, i.passes,
            COALESCE(LEAD(i.at_us) OVER (PARTITION BY i.who ORDER BY i.at_us NULLS LAST), :far) AS next_us
        """,
        far=FAR,
    ).from_(as_table(_by_instant(touches), "i"), copy=False)
    until: exp.Expr = exp.column("next_us", table="f", quoted=True)
    if within_us is not None:
        until = exp.Least(this=until, expressions=[_after("f", "at_us", within_us)])
    spans = select("SELECT f.who, f.at_us AS from_us, :until AS until_us WHERE f.passes = 1", until=until).from_(
        as_table(following, "f"), copy=False
    )
    return _merged(spans, "who")


def followed(touches: exp.Query, within_us: int | None, gap_us: int | None) -> exp.Query:
    """Return when a touchpoint in the window was followed, strictly later, by another.

    Args:
        touches: ``follows`` is 0 for touchpoints that begin the sequence and 1 for those that end it; one that may do
            both is there twice.
        within_us: The window, which holds both.
        gap_us: The second comes less than this after the first; None: at any time after it.
    """
    # Backwards in time, those that begin first among those of one instant: they do not see the others of their instant.
    next_up = select(
        """
        SELECT t.who, t.at_us, t.follows, MIN(CASE WHEN t.follows = 1 THEN t.at_us END) OVER (PARTITION BY t.who
            ORDER BY t.at_us DESC NULLS LAST, t.follows NULLS LAST ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW
            ) AS next_us
        """
    ).from_(as_table(touches, "t"), copy=False)
    until: exp.Expr = exp.Literal.number(FAR) if within_us is None else _after("n", "at_us", within_us)
    spans = select(
        "SELECT n.who, n.next_us AS from_us, :until AS until_us WHERE n.follows = 0 AND n.next_us < :until", until=until
    ).from_(as_table(next_up, "n"), copy=False)
    if gap_us is not None:
        spans = spans.where(select("SELECT n.next_us - n.at_us < :gap", gap=gap_us).selects[0], copy=False)
    return _merged(spans, "who")


def _after(table: str, name: str, length_us: int) -> exp.Expr:
    return exp.Add(this=exp.column(name, table=table, quoted=True), expression=exp.Literal.number(length_us))


def _by_instant(touches: exp.Query) -> exp.Query:
    return select("SELECT t.who, t.at_us, MAX(t.passes) AS passes GROUP BY t.who, t.at_us").from_(
        as_table(touches, "t"), copy=False
    )


def _merged(spans: exp.Query, *key: str) -> exp.Query:
    """Return spans without overlaps and touching ends; a span that begins later must not end earlier."""
    keys = [exp.column(name, table="s", quoted=True) for name in key]

    def over(query: exp.Select) -> exp.Select:
        for window in query.find_all(exp.Window):
            window.set("partition_by", [each.copy() for each in keys])
        return query.select(*(each.copy() for each in keys), copy=False)

    begun = over(
        select(
            """
            SELECT s.from_us, s.until_us, CASE WHEN s.from_us <= LAG(s.until_us) OVER (
                ORDER BY s.from_us NULLS LAST, s.until_us NULLS LAST) THEN 0 ELSE 1 END AS begins
            """
        )
    ).from_(as_table(spans, "s"), copy=False)
    islands = over(
        select(
            """
            SELECT s.from_us, s.until_us, CAST(SUM(s.begins) OVER (ORDER BY s.from_us NULLS LAST,
                s.until_us NULLS LAST ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW) AS BIGINT) AS island
            """
        )
    ).from_(as_table(begun, "s"), copy=False)
    merged = select("SELECT MIN(s.from_us) AS from_us, MAX(s.until_us) AS until_us GROUP BY s.island")
    merged = merged.select(*(each.copy() for each in keys), copy=False).group_by(
        *(each.copy() for each in keys), copy=False
    )
    return merged.from_(as_table(islands, "s"), copy=False)
