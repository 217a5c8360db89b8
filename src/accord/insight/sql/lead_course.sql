-- Every lead with its course: which run it is, when it was first offered, first came at least as far as each stage of the
-- funnel, was first won, and ended; none of these: not yet.
SELECT
    l.lead_id AS lead_id,
    l.cycle AS cycle,
    l.handed_over_us AS offered_us,
    a.subscriber_us AS subscriber_us,
    a.lead_us AS lead_us,
    a.mql_us AS mql_us,
    a.sal_us AS sal_us,
    a.sql_us AS sql_us,
    a.opportunity_us AS opportunity_us,
    a.customer_us AS customer_us,
    w.won_us AS won_us,
    l.ended_us AS ended_us
FROM leads AS l
LEFT JOIN arrivals AS a ON a.lead_id = l.lead_id
LEFT JOIN first_wins AS w ON w.lead_id = l.lead_id
