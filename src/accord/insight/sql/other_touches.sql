-- The touches of journeys that led to no deal, by channel or by way: channel, source, medium and campaign.
SELECT
    t.journey AS journey,
    t.at_us AS at_us,
    CASE
        WHEN CAST($labels AS TEXT) = 'channel' THEN t.channel
        ELSE t.channel || ' / ' || t.source || ' / ' || t.medium || ' / ' || t.campaign
    END AS label
FROM journey_touches AS t
LEFT JOIN converting_journeys AS w ON w.journey = t.journey
WHERE w.journey IS NULL
