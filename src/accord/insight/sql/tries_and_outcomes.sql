-- What became of leads, by how long they waited for their first attempt.
SELECT
    t.band AS band,
    COUNT(*) AS leads,
    CAST(SUM(t.accepted) AS BIGINT) AS accepted,
    CAST(SUM(t.sql) AS BIGINT) AS sql,
    CAST(SUM(t.won) AS BIGINT) AS won
FROM first_tries AS t
GROUP BY t.band
