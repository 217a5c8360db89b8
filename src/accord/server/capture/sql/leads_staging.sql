CREATE TEMP TABLE staged (
    line integer NOT NULL,
    id text COLLATE "C" NOT NULL,
    source text,
    first_contact_at timestamptz,
    stage text,
    stage_since timestamptz,
    person_external_id text COLLATE "C",
    email text,
    email_key text COLLATE "C",
    person_name text,
    phone text,
    company_external_id text COLLATE "C",
    domain text COLLATE "C",
    company_name text COLLATE "C",
    lead_fields jsonb,
    person_fields jsonb,
    company_fields jsonb
) ON COMMIT DROP;
