CREATE TEMP TABLE staged (
    line integer NOT NULL,
    id text COLLATE "C" NOT NULL,
    at timestamptz NOT NULL,
    event text NOT NULL,
    source text,
    email_key text COLLATE "C",
    person_external_id text COLLATE "C",
    lead_external_id text COLLATE "C",
    properties jsonb
) ON COMMIT DROP;
