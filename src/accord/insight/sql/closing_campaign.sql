-- Of each lead: the campaign of the first visit of its person, if that was before the lead began.
SELECT l.lead_id AS lead_id, f.campaign AS value
FROM leads AS l
JOIN first_visits AS f ON f.person_id = l.person_id
WHERE f.started_us <= l.opened_us
