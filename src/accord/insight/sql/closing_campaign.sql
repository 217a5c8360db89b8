-- Of each lead: the campaign of the first visit of its person, if that was before the lead began.
SELECT f.lead_id AS lead_id, f.campaign AS value
FROM closing_first_visits AS f
