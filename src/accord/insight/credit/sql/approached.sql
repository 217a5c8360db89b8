-- Before how many deals of some months that are open, and that are lost, there were touches of each label.
SELECT {label} AS label, c.outcome AS outcome, COUNT(*) AS deals
FROM approached AS c
WHERE c.{new} = 1 AND {month} BETWEEN $first AND $last
GROUP BY 1, 2
