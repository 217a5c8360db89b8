-- Whose deal it is: the lead of that id, or what that was merged into, or the latest lead of the person with that address.
CREATE TEMP TABLE named ON COMMIT DROP AS
SELECT
    staged.line,
    coalesce(by_ext.merged_into_id, by_ext.id, by_email.id) AS lead_id,
    coalesce(staged.lead_external_id, staged.email_key) AS said,
    coalesce(by_ext.person_id <> by_email.person_id, FALSE) AS conflict
FROM staged
LEFT JOIN pipeline_lead AS by_ext ON by_ext.external_id = staged.lead_external_id
LEFT JOIN LATERAL (
    SELECT lead.id, lead.person_id
    FROM pipeline_lead AS lead
    JOIN people_person AS person ON person.id = lead.person_id
    WHERE person.email_key = staged.email_key
    ORDER BY lead.cycle DESC
    LIMIT 1
) AS by_email ON TRUE;
INSERT INTO refusal
SELECT
    line,
    CASE
        WHEN conflict THEN 'import.person_conflict'
        WHEN said IS NULL THEN 'import.no_lead'
        ELSE 'import.unknown_lead'
    END,
    NULL,
    said
FROM named
WHERE lead_id IS NULL OR conflict;
-- Nobody moves these leads on while their deals are stored, nor makes the company of their people, which is the deal's as
-- well, one with another.
SELECT count(*) FROM (
    SELECT FROM pipeline_lead WHERE id IN (SELECT lead_id FROM named) ORDER BY id FOR UPDATE
) AS locked;

CREATE TEMP TABLE said ON COMMIT DROP AS
SELECT
    staged.line,
    staged.id AS ext,
    named.lead_id,
    deal.id AS deal_id,
    deal.outcome AS outcome_before,
    staged.name, staged.amount, staged.list_amount, staged.margin, staged.currency, staged.opened_at,
    CASE WHEN staged.won_at IS NOT NULL THEN 'won' WHEN staged.lost_at IS NOT NULL THEN 'lost' ELSE coalesce(staged.outcome, 'open') END
        AS outcome,
    coalesce(staged.won_at, staged.lost_at, staged.closed_at) AS closed_at,
    (staged.won_at IS NOT NULL AND staged.lost_at IS NOT NULL)
    OR (staged.won_at IS NOT NULL AND staged.outcome <> 'won')
    OR (staged.lost_at IS NOT NULL AND staged.outcome <> 'lost') AS contradicts
FROM staged
JOIN named USING (line)
LEFT JOIN pipeline_deal AS deal ON deal.external_id = staged.id
WHERE named.lead_id IS NOT NULL AND NOT named.conflict;
INSERT INTO refusal
SELECT
    line,
    CASE
        WHEN contradicts THEN 'import.contradicting_outcome'
        WHEN outcome <> 'open' AND closed_at IS NULL THEN 'import.closed_without_day'
        WHEN outcome = 'open' AND closed_at IS NOT NULL THEN 'import.day_without_outcome'
        WHEN opened_at > closed_at THEN 'import.closed_before_opened'
        ELSE 'import.closed_already'
    END,
    NULL,
    outcome_before
FROM said
WHERE contradicts
    OR (outcome = 'open') <> (closed_at IS NULL)
    OR opened_at > closed_at
    OR (outcome_before IN ('won', 'lost') AND outcome IN ('won', 'lost') AND outcome <> outcome_before)
ON CONFLICT DO NOTHING;
INSERT INTO refusal
SELECT line, 'import.lead_changed', NULL, NULL
FROM said
JOIN pipeline_deal AS deal ON deal.id = said.deal_id
WHERE deal.lead_id <> said.lead_id
ON CONFLICT DO NOTHING;
-- A lead has one open deal at a time.
INSERT INTO refusal
SELECT line, 'import.open_deal', CASE WHEN line <> first THEN first END, NULL
FROM (
    SELECT
        said.line,
        first_value(said.line) OVER (PARTITION BY said.lead_id ORDER BY said.line) AS first,
        EXISTS (
            SELECT FROM pipeline_deal AS other
            WHERE other.lead_id = said.lead_id AND other.outcome = 'open' AND other.external_id IS DISTINCT FROM said.ext
        ) AS has_open
    FROM said
    WHERE said.outcome = 'open' AND coalesce(said.outcome_before, 'open') = 'open'
        AND said.line NOT IN (SELECT line FROM refusal)
) AS opening
WHERE line <> first OR has_open
ON CONFLICT DO NOTHING;
DELETE FROM said USING refusal WHERE said.line = refusal.line;

-- A deal that is closed stays closed: a file that does not say how it ended is no news.
CREATE TEMP TABLE deal_value ON COMMIT DROP AS
SELECT
    said.line,
    said.ext,
    said.lead_id,
    coalesce(said.deal_id, nextval(pg_get_serial_sequence('pipeline_deal', 'id'))) AS id,
    said.deal_id IS NULL AS fresh,
    coalesce(said.name, deal.name, '') AS name,
    coalesce(said.amount, deal.amount) AS amount,
    coalesce(said.list_amount, deal.list_amount) AS list_amount,
    coalesce(said.margin, deal.margin) AS margin,
    coalesce(said.currency, deal.currency, %(currency)s) AS currency,
    coalesce(said.opened_at, deal.opened_at, said.closed_at, %(now)s) AS opened_at,
    CASE WHEN said.outcome = 'open' THEN coalesce(deal.outcome, 'open') ELSE said.outcome END AS outcome,
    coalesce(said.closed_at, deal.closed_at) AS closed_at,
    -- Where its person works when it is first known, and again when it is known to be won; whoever moves on leaves it there.
    CASE
        WHEN deal.id IS NULL OR said.outcome = 'won' AND deal.outcome <> 'won'
            THEN coalesce(person.company_id, deal.company_id)
        ELSE deal.company_id
    END AS company_id,
    coalesce(array_remove(deal.flags, %(early)s), '{}')
    || CASE
        WHEN said.outcome = 'won' AND said.closed_at < lead.first_contact_at
            OR said.outcome = 'open' AND deal.outcome = 'won' AND deal.closed_at < lead.first_contact_at
            THEN ARRAY[%(early)s]::varchar[]
        ELSE '{}'
    END AS flags
FROM said
JOIN pipeline_lead AS lead ON lead.id = said.lead_id
JOIN people_person AS person ON person.id = lead.person_id
LEFT JOIN pipeline_deal AS deal ON deal.id = said.deal_id
ORDER BY said.line;
CREATE TEMP TABLE result ON COMMIT DROP AS
SELECT
    said.line,
    said.id,
    said.lead_id,
    CASE
        WHEN said.fresh THEN 'created'
        WHEN (
            deal.name, deal.amount, deal.list_amount, deal.margin, deal.currency, deal.opened_at, deal.outcome, deal.closed_at,
            deal.flags
        ) IS DISTINCT FROM (
            said.name, said.amount, said.list_amount, said.margin, said.currency, said.opened_at, said.outcome, said.closed_at,
            said.flags
        )
            THEN 'updated'
        ELSE 'unchanged'
    END AS what,
    said.outcome <> 'open' AND coalesce(deal.outcome, 'open') = 'open' AS closed
FROM deal_value AS said
LEFT JOIN pipeline_deal AS deal ON deal.id = said.id;
INSERT INTO pipeline_deal (
    id, lead_id, external_id, name, amount, list_amount, margin, currency, outcome, opened_at, closed_at, company_id, flags,
    stated_at
)
SELECT
    id, lead_id, ext, name, amount, list_amount, margin, currency, outcome, opened_at, closed_at, company_id, flags, %(now)s
FROM deal_value
WHERE fresh;
-- What is in the figures of a period is written down before it becomes otherwise.
INSERT INTO pipeline_dealchange (
    deal_id, amount_before, amount_after, list_amount_before, list_amount_after, margin_before, margin_after,
    currency_before, currency_after, outcome_before, outcome_after, closed_at_before, closed_at_after, reason, at, by_id
)
SELECT
    deal.id, deal.amount, said.amount, deal.list_amount, said.list_amount, deal.margin, said.margin,
    deal.currency, said.currency, deal.outcome, said.outcome, deal.closed_at, said.closed_at,
    'A file was imported', %(now)s, %(by)s::bigint
FROM deal_value AS said
JOIN pipeline_deal AS deal ON deal.id = said.id
WHERE NOT said.fresh
    AND (deal.amount, deal.list_amount, deal.margin, deal.currency, deal.outcome, deal.closed_at) IS DISTINCT FROM
    (said.amount, said.list_amount, said.margin, said.currency, said.outcome, said.closed_at)
ORDER BY said.line;
ANALYZE pipeline_deal;
UPDATE pipeline_deal AS deal SET
    name = said.name,
    amount = said.amount,
    list_amount = said.list_amount,
    margin = said.margin,
    currency = said.currency,
    opened_at = said.opened_at,
    outcome = said.outcome,
    closed_at = said.closed_at,
    company_id = said.company_id,
    flags = said.flags
FROM deal_value AS said
JOIN result USING (line)
WHERE deal.id = said.id AND result.what = 'updated';
