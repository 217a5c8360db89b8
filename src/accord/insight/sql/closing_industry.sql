-- Of each lead: the industry of its person's company, as it is known now.
SELECT l.lead_id AS lead_id, c.industry AS value
FROM leads AS l
JOIN people AS p ON p.person_id = l.person_id
JOIN companies AS c ON c.company_id = p.company_id
