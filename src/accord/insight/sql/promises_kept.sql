-- Per clause of the agreement and what it promises: how often it fell due in the period, and how often it was kept.
SELECT
    c.revision AS revision,
    c.side AS side,
    c.clause AS clause,
    c.promise AS promise,
    COUNT(*) AS due,
    CAST(SUM(CASE WHEN c.verdict = 'kept' THEN 1 ELSE 0 END) AS BIGINT) AS kept,
    CAST(SUM(CASE WHEN c.verdict = 'late' THEN 1 ELSE 0 END) AS BIGINT) AS late,
    CAST(SUM(CASE WHEN c.verdict = 'missed' THEN 1 ELSE 0 END) AS BIGINT) AS missed,
    CAST(SUM(CASE WHEN c.verdict = 'overdue' THEN 1 ELSE 0 END) AS BIGINT) AS overdue,
    CAST(SUM(CASE WHEN c.verdict = 'tight' THEN 1 ELSE 0 END) AS BIGINT) AS tight,
    CAST(SUM(CASE WHEN c.verdict = 'running' THEN 1 ELSE 0 END) AS BIGINT) AS running,
    CAST(SUM(CASE WHEN c.verdict = 'on_hold' THEN 1 ELSE 0 END) AS BIGINT) AS on_hold
FROM promise_clocks AS c
GROUP BY c.revision, c.side, c.clause, c.promise
