"""What the tracking API is measured against: a plain Django view that stores events by the ORM before it answers.

No middleware, sessions or templates; it is served by gunicorn, as most Django projects are.
"""

import json
import os
import uuid
from datetime import UTC, datetime

import django
from django.conf import settings
from django.core.wsgi import get_wsgi_application
from django.db import models, transaction
from django.http import HttpRequest, JsonResponse
from django.urls import path
from django.views.decorators.csrf import csrf_exempt

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "accord.server.settings")
django.setup()


class PlainEvent(models.Model):
    """One event; the table is made by the benchmark."""

    message_id = models.TextField(unique=True)
    received_at = models.DateTimeField()
    body = models.JSONField()

    class Meta:
        app_label = "accounts"
        db_table = "plain_event"

    def __str__(self) -> str:
        return self.message_id


@csrf_exempt
def take(request: HttpRequest) -> JsonResponse:
    sent = json.loads(request.body)
    now = datetime.now(UTC)
    events = [
        PlainEvent(message_id=each.get("messageId") or str(uuid.uuid4()), received_at=now, body=each)
        for each in sent.get("batch", [sent])
    ]
    with transaction.atomic():
        PlainEvent.objects.bulk_create(events, ignore_conflicts=True)
    return JsonResponse({"success": True})


urlpatterns = [path("v1/track", take), path("v1/batch", take)]
settings.ROOT_URLCONF = __name__
settings.MIDDLEWARE = []
application = get_wsgi_application()
