-- The touches of one deal with what each earned under every model.
SELECT
    c.kind, c.touch_id, c.at_us, c.person_id, c.channel, c.source, c.medium, c.campaign, c.content, c.landing,
    c.inbound, c.user_id, c.agency, {columns}
FROM credited AS c
WHERE c.scope = $scope AND c.measure = $measure AND c.deal_id = $deal
ORDER BY c.at_us, c.kind, c.touch_id
