-- One import at a time, so that what one finds out about people and companies still holds when it stores them.
SELECT pg_advisory_xact_lock(hashtext('accord.import'));
SET LOCAL work_mem = '128MB';
-- Each statement runs once, so compiling it first is time lost.
SET LOCAL jit = off;
-- Each table is analysed right behind the rows that it gets (ANALYZE in the other scripts). By itself the database counts
-- them a minute after the end, and until then it plans joins as if the table were as small as it last saw it: an import of
-- deals right behind that of their 8,000 leads went through all pairs of leads and people, for each deal.
-- What an earlier import in the same transaction has left.
DISCARD TEMP;
CREATE TEMP TABLE refusal (line integer PRIMARY KEY, code text NOT NULL, first integer, detail text) ON COMMIT DROP;
CREATE TEMP TABLE touched (person_id bigint PRIMARY KEY, number integer NOT NULL) ON COMMIT DROP;
