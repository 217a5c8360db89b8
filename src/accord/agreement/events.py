"""The standard names of what happens between a visitor or person and the company, and of what is known of each.

The vocabulary is open: a company may record events of its own. An agreement that names an event outside this list is
told so, since nothing but the company's own tracking will ever report it.
"""

from collections.abc import Mapping

STANDARD_EVENTS: Mapping[str, tuple[str, ...]] = {
    "page_viewed": ("path", "title", "url", "referrer", "host"),
    "form_submitted": ("form", "path"),
    "email_sent": ("campaign", "subject"),
    "email_opened": ("campaign", "subject"),
    "email_clicked": ("campaign", "subject", "link"),
    "email_replied": ("campaign", "subject"),
    "email_bounced": ("campaign", "kind"),
    "email_unsubscribed": ("campaign",),
    "webinar_registered": ("webinar",),
    "webinar_attended": ("webinar", "minutes"),
    "content_downloaded": ("content", "kind"),
    "video_watched": ("video", "percent"),
    "ad_clicked": ("campaign", "channel"),
    "call_made": ("campaign", "outcome", "seconds"),
    "call_received": ("number", "campaign", "seconds"),
    "call_answered": ("campaign", "outcome", "seconds"),
    "call_missed": ("number", "campaign"),
    "chat_started": ("path",),
    "demo_requested": ("product",),
    "meeting_booked": ("kind",),
    "meeting_held": ("kind", "minutes"),
    "trade_fair_visited": ("fair",),
    "trial_started": ("product",),
    "quote_requested": ("product",),
}
"""The standard events and the properties that their touchpoints usually carry."""
