"""Notifications go to the outbox of all rooms, under the ids that their mails carry."""

from typing import ClassVar

from django.db import migrations

MOVE = """
INSERT INTO notifications_notification
    (id, user_id, kind, about, text, body, link, created_at, mailed_at, failures, next_try_at, last_error)
SELECT id, user_id, 'lead.' || kind,
       CASE WHEN clock_event_id IS NOT NULL THEN 'clock_event:' || clock_event_id
            WHEN offer_id IS NOT NULL THEN 'offer:' || offer_id
            ELSE 'lead:' || lead_id END,
       text, '', '/leads/' || lead_id || '/', created_at, mailed_at, failures, next_try_at, last_error
FROM handoffs_notification;
SELECT setval(pg_get_serial_sequence('notifications_notification', 'id'), max(id))
FROM notifications_notification HAVING max(id) IS NOT NULL;
"""
BACK = """
INSERT INTO handoffs_notification
    (id, user_id, lead_id, offer_id, clock_event_id, kind, text, created_at, mailed_at, failures, next_try_at,
     last_error)
SELECT n.id, n.user_id, split_part(n.link, '/', 3)::bigint, coalesce(o.id, c.offer_id), e.id, split_part(n.kind, '.', 2),
       n.text, n.created_at, n.mailed_at, n.failures, n.next_try_at, n.last_error
FROM notifications_notification n
LEFT JOIN handoffs_offer o ON n.about = 'offer:' || o.id
LEFT JOIN handoffs_clockevent e ON n.about = 'clock_event:' || e.id
LEFT JOIN handoffs_clock c ON c.id = e.clock_id
WHERE n.kind LIKE 'lead.%';
DELETE FROM notifications_notification WHERE kind LIKE 'lead.%';
SELECT setval(pg_get_serial_sequence('handoffs_notification', 'id'), max(id))
FROM handoffs_notification HAVING max(id) IS NOT NULL;
"""


class Migration(migrations.Migration):
    dependencies: ClassVar = [("handoffs", "0001_initial"), ("notifications", "0001_initial")]

    operations: ClassVar = [migrations.RunSQL(MOVE, BACK), migrations.DeleteModel("Notification")]
