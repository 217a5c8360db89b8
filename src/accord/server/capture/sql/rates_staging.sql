CREATE TEMP TABLE staged (
    line integer NOT NULL,
    day date NOT NULL,
    base text,
    currency text,
    rate numeric(20, 10),
    rates jsonb
) ON COMMIT DROP;
