-- What happened between us and a person outside of any visit, each with how it came about: as stated, and where nothing
-- was, by what happened. A mail that we sent, and one that was opened, is no touch: machines open most of them. Who began
-- it is told by what happened; where a channel is stated, by that, which is not for here.
-- What reached nobody, an attempt without an answer, is none either.
SELECT
    'touchpoint' AS kind,
    t.touchpoint_id AS id,
    t.person_id AS person_id,
    t.at_us AS at_us,
    CASE
        WHEN t.channel <> '' THEN t.channel
        WHEN t.event IN ('email_clicked', 'email_replied') THEN 'Email'
        WHEN t.event IN ('call_received', 'call_missed') THEN 'Call to us'
        WHEN t.event IN ('call_made', 'call_answered') THEN 'Call by us'
        WHEN t.event IN ('webinar_registered', 'webinar_attended') THEN 'Webinar'
        WHEN t.event = 'trade_fair_visited' THEN 'Trade fair'
        WHEN t.event IN ('meeting_booked', 'meeting_held') THEN 'Meeting'
        ELSE 'Direct'
    END AS channel,
    t.source AS source,
    t.medium AS medium,
    t.campaign AS campaign,
    t.content AS content,
    t.landing AS landing,
    CAST(CASE
        WHEN t.event IN (
            'email_clicked', 'email_replied', 'call_made', 'call_answered', 'meeting_booked', 'meeting_held'
        ) THEN 0
        WHEN t.channel = '' AND t.event <> 'trade_fair_visited' THEN 1
    END AS BIGINT) AS inbound,
    CAST(NULL AS BIGINT) AS user_id
FROM touchpoints AS t
WHERE
    t.counts AND t.person_id IS NOT NULL
    AND NOT t.event IN ('email_sent', 'email_opened', 'email_bounced', 'email_unsubscribed')
UNION ALL
SELECT
    'attempt' AS kind,
    a.attempt_id AS id,
    l.person_id AS person_id,
    a.at_us AS at_us,
    CASE WHEN a.channel = 'call' THEN 'Call by us' WHEN a.channel = 'meeting' THEN 'Meeting' ELSE 'Mail by us' END
        AS channel,
    '' AS source,
    '' AS medium,
    '' AS campaign,
    '' AS content,
    '' AS landing,
    CAST(0 AS BIGINT) AS inbound,
    a.user_id AS user_id
FROM attempts AS a
JOIN leads AS l ON l.lead_id = a.lead_id
WHERE a.outcome IN ('reached', 'voicemail', 'sent')
