-- Which share of conversions is lost without each label, in millionths.
SELECT e.label AS label, e.millionths AS millionths
FROM effects AS e
WHERE e.scope = $scope AND e.labels = $labels
