-- What was spent and how often was clicked, by month, source, medium and campaign.
SELECT s.month, s.source, s.medium, s.campaign, CAST(SUM(s.cents) AS BIGINT) AS cents, CAST(SUM(s.clicks) AS BIGINT) AS clicks
FROM spent AS s
GROUP BY s.month, s.source, s.medium, s.campaign
