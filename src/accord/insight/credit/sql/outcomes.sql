-- How many of the deals of some months are won, open and lost. ``listed.sql`` is put in.
SELECT d.outcome AS outcome, COUNT(*) AS deals
FROM (
{listed}) AS d
GROUP BY 1
