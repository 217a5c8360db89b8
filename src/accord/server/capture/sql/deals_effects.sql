-- What the deals of a file do to their leads. A win makes the lead a customer. A loss gives an open lead back to
-- marketing, unless another deal of it is open or won. An open deal makes an open lead an opportunity.
CREATE TEMP TABLE effect ON COMMIT DROP AS
SELECT
    lead.id AS lead_id,
    lead.stage AS stage_before,
    won.opened_at AS won_opened_at, won.closed_at AS won_at,
    lost.opened_at AS lost_opened_at, lost.closed_at AS lost_at,
    opened.opened_at,
    CASE
        WHEN won.id IS NOT NULL AND lead.stage <> 'customer' THEN 'customer'
        WHEN lead.ended_at IS NOT NULL THEN NULL
        WHEN opened.id IS NOT NULL AND lead.stage <> 'opportunity' THEN 'opportunity'
        WHEN opened.id IS NULL AND lost.id IS NOT NULL THEN 'recycled'
    END AS stage
FROM pipeline_lead AS lead
LEFT JOIN LATERAL (
    SELECT deal.id, deal.opened_at, deal.closed_at FROM pipeline_deal AS deal JOIN result ON result.id = deal.id
    WHERE deal.lead_id = lead.id AND result.closed AND deal.outcome = 'won' ORDER BY deal.closed_at LIMIT 1
) AS won ON TRUE
LEFT JOIN LATERAL (
    SELECT deal.id, deal.opened_at, deal.closed_at FROM pipeline_deal AS deal JOIN result ON result.id = deal.id
    WHERE deal.lead_id = lead.id AND result.closed AND deal.outcome = 'lost' ORDER BY deal.closed_at DESC LIMIT 1
) AS lost ON TRUE
LEFT JOIN LATERAL (
    SELECT deal.id, deal.opened_at FROM pipeline_deal AS deal
    WHERE deal.lead_id = lead.id AND deal.outcome = 'open' ORDER BY deal.opened_at LIMIT 1
) AS opened ON TRUE
WHERE lead.id IN (SELECT lead_id FROM result WHERE what <> 'unchanged');
DELETE FROM effect WHERE stage IS NULL;
