-- The leads that first came at least as far as the base in the period, of first cycles (1), later ones (2) or all (0), each
-- with whether it is won by now, or still open, and its value in each dimension of the map. The base is a stage of the
-- funnel, or 'offered' for the first offer to sales; whoever skipped the stage came to it with the next one.
SELECT
    t.lead_id AS lead_id,
    t.entered_us AS entered_us,
    CAST(CASE WHEN t.won_us IS NULL THEN 0 ELSE 1 END AS BIGINT) AS won,
    t.won_us AS won_us,
    CAST(CASE WHEN t.ended_us IS NULL AND t.won_us IS NULL THEN 1 ELSE 0 END AS BIGINT) AS waiting,
    t.source AS source,
    t.campaign AS campaign,
    t.channel AS channel,
    t.owner AS owner,
    t.team AS team,
    t.grade AS grade,
    t.revision AS revision,
    t.industry AS industry,
    t.region AS region,
    t.size AS size,
    t.first_attempt AS first_attempt,
    t.call AS call
FROM (
    SELECT
        f.lead_id AS lead_id,
        f.cycle AS cycle,
        f.won_us AS won_us,
        f.ended_us AS ended_us,
        CASE CAST($base AS TEXT)
            WHEN 'offered' THEN f.offered_us
            WHEN 'subscriber' THEN f.subscriber_us
            WHEN 'lead' THEN f.lead_us
            WHEN 'mql' THEN f.mql_us
            WHEN 'sal' THEN f.sal_us
            WHEN 'sql' THEN f.sql_us
            WHEN 'opportunity' THEN f.opportunity_us
            WHEN 'customer' THEN f.customer_us
        END AS entered_us,
        f.source AS source,
        f.campaign AS campaign,
        f.channel AS channel,
        f.owner AS owner,
        f.team AS team,
        f.grade AS grade,
        f.revision AS revision,
        f.industry AS industry,
        f.region AS region,
        f.size AS size,
        f.first_attempt AS first_attempt,
        f.call AS call
    FROM lead_facts AS f
) AS t
WHERE
    t.entered_us >= CAST($from_us AS BIGINT) AND t.entered_us < CAST($to_us AS BIGINT)
    AND (
        (CAST($cycle AS BIGINT) = 0 AND t.cycle >= 1)
        OR (CAST($cycle AS BIGINT) = 1 AND t.cycle = 1)
        OR (CAST($cycle AS BIGINT) = 2 AND t.cycle > 1)
    )
