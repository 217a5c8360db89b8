"""What was mailed, waits or was given up stands in deliveries; what nobody has tried yet is planned anew."""

from django.db import migrations

FORWARD = """
INSERT INTO notifications_delivery
    (notification_id, channel, key, slot, next_try_at, tries, outcome, ended_at, last_error)
SELECT id, 'mail', 'mail:' || id, created_at, next_try_at, failures,
    CASE
        WHEN next_try_at IS NOT NULL THEN ''
        WHEN mailed_at IS NOT NULL THEN 'sent'
        WHEN failures >= 8 THEN 'given_up'
        ELSE 'withdrawn'
    END,
    CASE WHEN next_try_at IS NULL THEN coalesce(mailed_at, created_at) END, last_error
FROM notifications_notification
WHERE next_try_at IS DISTINCT FROM created_at OR failures > 0;

UPDATE notifications_notification SET planned = true
WHERE next_try_at IS DISTINCT FROM created_at OR failures > 0;
"""
BACKWARD = """
UPDATE notifications_notification n
SET next_try_at = d.next_try_at, failures = d.tries, last_error = d.last_error,
    mailed_at = CASE WHEN d.outcome = 'sent' THEN d.ended_at END
FROM notifications_delivery d WHERE d.key = 'mail:' || n.id;

UPDATE notifications_notification SET next_try_at = created_at WHERE NOT planned;

DELETE FROM notifications_delivery;
"""


class Migration(migrations.Migration):
    dependencies = [
        ("notifications", "0003_deliveries"),
    ]

    operations = [migrations.RunSQL(FORWARD, BACKWARD)]
