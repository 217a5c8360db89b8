-- How many of the stays lasted how many whole hours, by stage, and apart for those that are not over.
SELECT
    d.place AS place,
    d.waiting AS waiting,
    CAST(d.lasted_us // 3600000000 AS BIGINT) AS hours,
    COUNT(*) AS stays
FROM stays AS d
GROUP BY d.place, d.waiting, CAST(d.lasted_us // 3600000000 AS BIGINT)
