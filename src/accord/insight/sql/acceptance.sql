-- How often sales accepted and rejected in the period: in all, and by source, by owner, by revision and by reason.
-- Each of these parts counts the same decisions; by reason stand rejections alone.
SELECT
    k.part AS part,
    k.name AS name,
    CAST(SUM(CASE WHEN k.decision = 'accepted' THEN 1 ELSE 0 END) AS BIGINT) AS accepted,
    CAST(SUM(CASE WHEN k.decision = 'rejected' THEN 1 ELSE 0 END) AS BIGINT) AS rejected,
    CAST(SUM(CASE WHEN k.decision = 'silent' THEN 1 ELSE 0 END) AS BIGINT) AS silent
FROM (
    SELECT 'all' AS part, '' AS name, a.decision AS decision FROM sales_decisions AS a
    UNION ALL
    SELECT 'source' AS part, s.source AS name, s.decision AS decision FROM sales_decisions AS s
    UNION ALL
    SELECT 'owner' AS part, COALESCE(CAST(o.owner_id AS TEXT), '') AS name, o.decision AS decision
    FROM sales_decisions AS o
    UNION ALL
    SELECT 'revision' AS part, CAST(r.revision AS TEXT) AS name, r.decision AS decision FROM sales_decisions AS r
    UNION ALL
    SELECT 'reason' AS part, e.reason AS name, e.decision AS decision FROM sales_decisions AS e
    WHERE e.decision = 'rejected'
) AS k
GROUP BY k.part, k.name
