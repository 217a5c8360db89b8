-- Of each path the touches within the window before its last one.
SELECT
    n.path AS path,
    n.at_us AS at_us,
    n.code AS code
FROM (
    SELECT
        p.path AS path,
        p.at_us AS at_us,
        p.code AS code,
        MAX(p.at_us) OVER (PARTITION BY p.path) AS last_us
    FROM paths AS p
) AS n
WHERE n.last_us - n.at_us <= CAST($window_us AS BIGINT)
