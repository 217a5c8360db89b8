"""Background jobs of the hand-off; each may run twice or be killed at any moment without harm."""

from django.utils import timezone
from procrastinate.contrib.django import app

from accord.server.handoffs import escalation, hurry, leave, marketing, offers, reoffering, snoozing, stays
from accord.server.queue import by_one_thread


@app.periodic(cron="* * * * *")
@app.task(name="handoffs.offer_ready_leads", queueing_lock="handoffs.offer_ready_leads")
@by_one_thread
def offer_ready_leads(timestamp: int = 0) -> None:
    """Offer leads that are ready to live owners, bring urgent ones under their promise, and run marketing's clocks."""
    marketing.follow(timezone.now())
    offers.offer_ready(timezone.now())
    hurry.hurry(timezone.now())


@app.periodic(cron="*/5 * * * *")
@app.task(name="handoffs.reoffer_orphans", queueing_lock="handoffs.reoffer_orphans")
@by_one_thread
def reoffer_orphans(timestamp: int = 0) -> None:
    """Offer leads without a live owner to others, let deadlines follow leave, and see to leads that stand still."""
    reoffering.reoffer_orphans(timezone.now())
    leave.follow(timezone.now())
    stays.watch(timezone.now())


@app.periodic(cron="* * * * * */5")
@app.task(name="handoffs.sweep_clocks", queueing_lock="handoffs.sweep_clocks")
@by_one_thread
def sweep_clocks(timestamp: int = 0) -> None:
    """Remind, escalate and reassign what is due, and tell whom to call back."""
    escalation.sweep(timezone.now())
    snoozing.tell_due(timezone.now())
