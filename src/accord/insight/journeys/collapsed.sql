-- Of each path the touches that are not of the same label as the one before: a run of one label is one touch.
SELECT
    n.path AS path,
    n.at_us AS at_us,
    n.code AS code
FROM (
    SELECT
        p.path AS path,
        p.at_us AS at_us,
        p.code AS code,
        LAG(p.code, 1) OVER (
            PARTITION BY p.path ORDER BY p.at_us ASC NULLS LAST, p.code ASC NULLS LAST
        ) AS previous
    FROM paths AS p
) AS n
WHERE n.previous IS NULL OR n.previous <> n.code
