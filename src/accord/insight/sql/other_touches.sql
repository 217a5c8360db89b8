-- The touches of journeys that led to no deal, each with its way: channel, source, medium and campaign.
SELECT
    t.journey AS journey,
    t.at_us AS at_us,
    t.channel AS channel,
    t.source AS source,
    t.medium AS medium,
    t.campaign AS campaign
FROM journey_touches AS t
LEFT JOIN converting_journeys AS w ON w.journey = t.journey
WHERE w.journey IS NULL
