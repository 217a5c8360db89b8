CREATE TEMP TABLE staged (
    line integer NOT NULL,
    day date NOT NULL,
    source text COLLATE "C",
    medium text COLLATE "C",
    campaign text COLLATE "C",
    currency text,
    amount numeric(14, 2) NOT NULL,
    clicks bigint,
    impressions bigint
) ON COMMIT DROP;
