-- Carries out what deals_effects.sql found. Whoever has come back as often as agreed is out for good by now.
INSERT INTO pipeline_stagechange (lead_id, from_stage, to_stage, at, decided_by, user_id, reason, explanation)
SELECT
    lead_id,
    stage_before,
    'opportunity',
    CASE stage WHEN 'customer' THEN won_opened_at WHEN 'opportunity' THEN opened_at ELSE lost_opened_at END,
    'import', %(by)s, 'A deal was imported', '{}'
FROM effect
WHERE stage_before <> 'opportunity'
ORDER BY lead_id;
INSERT INTO pipeline_stagechange (lead_id, from_stage, to_stage, at, decided_by, user_id, reason, explanation)
SELECT
    lead_id,
    'opportunity',
    stage,
    CASE stage WHEN 'customer' THEN won_at ELSE lost_at END,
    'import', %(by)s,
    CASE stage WHEN 'customer' THEN 'Deal won' WHEN 'recycled' THEN 'Deal lost' ELSE 'Deal lost; ' || %(enough)s END,
    '{}'
FROM effect
WHERE stage <> 'opportunity'
ORDER BY lead_id;
UPDATE pipeline_lead AS lead SET
    stage = effect.stage,
    stage_since = CASE effect.stage WHEN 'customer' THEN won_at WHEN 'opportunity' THEN effect.opened_at ELSE lost_at END,
    ended_at = CASE effect.stage WHEN 'customer' THEN won_at WHEN 'opportunity' THEN NULL ELSE lost_at END,
    end_reason = CASE effect.stage WHEN 'customer' THEN 'won' WHEN 'opportunity' THEN '' ELSE %(lost)s END,
    end_clause = CASE WHEN effect.stage IN ('customer', 'opportunity') THEN '' ELSE %(lost_clause)s END,
    caretaker = CASE effect.stage WHEN 'recycled' THEN %(lost_to)s ELSE '' END,
    returns_at = CASE effect.stage WHEN 'recycled' THEN lost_at + %(lost_for)s::interval END,
    review_at = CASE WHEN effect.stage = 'opportunity' THEN lead.review_at END,
    ready_at = CASE WHEN effect.stage = 'opportunity' THEN lead.ready_at END,
    held_for = CASE WHEN effect.stage = 'opportunity' THEN lead.held_for ELSE '{}' END
FROM effect
WHERE lead.id = effect.lead_id;
