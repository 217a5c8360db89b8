CREATE TEMP TABLE staged (
    line integer NOT NULL,
    id text COLLATE "C" NOT NULL,
    lead_external_id text COLLATE "C",
    email_key text COLLATE "C",
    name text,
    amount numeric(14, 2),
    list_amount numeric(14, 2),
    margin numeric(14, 2),
    currency text,
    opened_at timestamptz,
    won_at timestamptz,
    lost_at timestamptz,
    outcome text,
    closed_at timestamptz
) ON COMMIT DROP;
