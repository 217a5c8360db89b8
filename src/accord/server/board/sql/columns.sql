-- Of each column how many leads it holds, and those that are shown of it: what is due first, without deadline last. A
-- column of which none is shown has one row without a lead; owner 0 is nobody. Everything of a lead that has an owner is
-- in the indexes of open leads and of running clocks: past leads cost nothing.
WITH held AS MATERIALIZED (
    SELECT
        lead.id,
        coalesce(lead.owner_id, 0) AS owner,
        CASE
            WHEN lead.owner_id IS NOT NULL THEN ''
            ELSE coalesce((
                SELECT offer.named_queue FROM handoffs_offer AS offer
                WHERE offer.lead_id = lead.id ORDER BY offer.offered_at DESC, offer.id DESC LIMIT 1
            ), '')
        END AS named,
        lead.stage_since,
        first.due_at AS due,
        first.next_check_at AS next_check,
        first.due_at > %(at)s AND (first.next_check_at <= %(at)s OR first.warned_at IS NOT NULL) AS risky
    FROM pipeline_lead AS lead
    LEFT JOIN (
        SELECT DISTINCT ON (clock.lead_id) clock.lead_id, clock.due_at, clock.next_check_at, clock.warned_at
        FROM handoffs_clock AS clock
        WHERE clock.offer_id IS NOT NULL AND clock.stopped_at IS NULL AND clock.paused_at IS NULL
        ORDER BY clock.lead_id, clock.due_at
    ) AS first ON first.lead_id = lead.id
    WHERE lead.ended_at IS NULL AND lead.handed_over_at IS NOT NULL
        AND (lead.owner_id = ANY(%(members)s) OR lead.owner_id IS NULL AND lead.queue = %(team)s)
),
tally AS (
    SELECT
        owner,
        named,
        count(*) AS total,
        count(*) FILTER (WHERE due <= %(at)s) AS late,
        count(*) FILTER (WHERE risky) AS risky,
        count(*) FILTER (WHERE due > %(at)s AND due <= %(ahead)s) AS ahead
    FROM held
    GROUP BY owner, named
),
placed AS (
    SELECT *, row_number() OVER (PARTITION BY owner, named ORDER BY due, stage_since, id) AS place FROM held
)
SELECT
    tally.owner, tally.named, tally.total, tally.late, tally.risky, tally.ahead,
    placed.id, placed.due, placed.next_check, placed.risky
FROM tally
LEFT JOIN placed
    ON placed.owner = tally.owner AND placed.named = tally.named AND placed.place <= %(until)s
    AND CASE
        WHEN (tally.owner, tally.named) = (%(opened_owner)s, %(opened_named)s) THEN placed.place > %(before)s
        ELSE placed.place <= %(shown)s
    END
ORDER BY tally.owner, tally.named, placed.place
