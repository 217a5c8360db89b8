-- An id that stands in the file twice: word for word the same counts as unchanged, anything else is refused.
ANALYZE staged;
CREATE TEMP TABLE twice ON COMMIT DROP AS
SELECT again.line, once.line AS first, to_jsonb(again) - 'line' = to_jsonb(once) - 'line' AS same
FROM (SELECT id, min(line) AS first FROM staged GROUP BY id HAVING count(*) > 1) AS several
JOIN staged AS once ON once.id = several.id AND once.line = several.first
JOIN staged AS again ON again.id = several.id AND again.line <> several.first;
INSERT INTO refusal SELECT line, 'import.duplicate_id', first FROM twice WHERE NOT same;
DELETE FROM staged USING twice WHERE staged.line = twice.line;
