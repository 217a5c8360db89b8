"""Push in a real browser, under the strict policy: switching it on, and what a message shows and opens.

The push service of the browser is a foreign one and cannot be reached here. In place of what it gives out when somebody
subscribes stands one with keys of ours; what it brings is brought by the browser's own debugger.
"""

import json
from collections.abc import Iterator
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from django.conf import settings
from django.test import Client
from tests.browsers import SYSTEM, Chromium
from tests.server.conftest import Cast
from tests.server.notifications.conftest import tell
from tests.server.notifications.decryption import base64url, decrypt, point
from tests.server.notifications.test_push import push_due
from tests.server.receiver import Receiver, receiver  # noqa: F401  # a fixture

from accord.server.notifications.models import Device, Notification, PushKey

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
AUTH = b"sixteen bytes it"
STANDS_IN = """
({ endpoint, p256dh, auth }) => {
  const plain = (text) => atob(text.replace(/-/g, "+").replace(/_/g, "/"));
  const bytes = (text) => Uint8Array.from(plain(text), (c) => c.charCodeAt(0)).buffer;
  const subscription = {
    endpoint,
    getKey: (name) => bytes({ p256dh, auth }[name]),
    unsubscribe: async () => sessionStorage.removeItem("subscribed"),
  };
  PushManager.prototype.getSubscription = async () => (sessionStorage.getItem("subscribed") ? subscription : null);
  PushManager.prototype.subscribe = async (options) => {
    window.askedFor = [...new Uint8Array(options.applicationServerKey)];
    sessionStorage.setItem("subscribed", JSON.stringify(window.askedFor));
    return subscription;
  };
}
"""


@pytest.fixture(scope="module")
def chromium(playwright: Any) -> Iterator[Chromium]:
    """One that can show notifications."""
    found = Chromium(playwright, SYSTEM)
    yield found
    found.close()


@pytest.fixture
def private() -> ec.EllipticCurvePrivateKey:
    return ec.generate_private_key(ec.SECP256R1())


@pytest.fixture
def notifications(
    page: Any,
    live_server: Any,
    cast: Cast,
    receiver: Receiver,  # noqa: F811
    private: ec.EllipticCurvePrivateKey,
) -> Any:
    """Mara's page Notifications, in a browser that is allowed to show messages."""
    client = Client()
    client.force_login(cast.mara)
    session = client.cookies[settings.SESSION_COOKIE_NAME].value
    page.context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": session, "url": live_server.url}])
    page.context.grant_permissions(["notifications"], origin=live_server.url)
    keys = {"p256dh": base64url(point(private.public_key())), "auth": base64url(AUTH)}
    page.add_init_script(f"({STANDS_IN})({json.dumps({'endpoint': receiver.url('/push'), **keys})})")
    page.faults = []
    page.on("pageerror", lambda error: page.faults.append(str(error)))
    page.on("console", lambda said: page.faults.append(said.text) if said.type == "error" else None)
    page.goto(f"{live_server.url}/notifications/")
    return page


def test_it_is_switched_on_brought_and_switched_off(
    notifications: Any,
    cast: Cast,
    receiver: Receiver,  # noqa: F811
    private: ec.EllipticCurvePrivateKey,
) -> None:
    page = notifications
    page.get_by_text("This browser is switched off.").wait_for()
    page.get_by_role("button", name="Switch on here").click()
    page.get_by_text("This browser is switched on.").wait_for()
    page.get_by_text("Chrome on Linux (this one)").wait_for()
    asked_for = bytes(json.loads(page.evaluate("sessionStorage.getItem('subscribed')")))
    assert base64url(asked_for) == PushKey.objects.get().public
    assert Device.objects.get().user == cast.mara
    tell(cast.mara, text="New lead: Anna")
    assert push_due() == 1
    assert json.loads(decrypt(receiver.requests[0].body, private, AUTH))["text"] == "New lead: Anna"
    page.get_by_role("button", name="Remove Chrome on Linux").click()
    page.get_by_text("This browser is switched off.").wait_for()
    assert not Device.objects.exists()
    assert page.faults == []


def test_what_arrives_is_shown_and_opens_what_it_is_about(notifications: Any, cast: Cast, live_server: Any) -> None:
    page = notifications
    page.get_by_text("This browser is switched off.").wait_for()
    tell(cast.mara, text="New lead: Anna")
    link = Notification.objects.get().get_absolute_url()
    debugger = page.context.new_cdp_session(page)
    versions: list[Any] = []
    debugger.on("ServiceWorker.workerVersionUpdated", lambda said: versions.extend(said["versions"]))
    debugger.send("ServiceWorker.enable")
    page.evaluate("navigator.serviceWorker.getRegistration('/static/notifications/').then(r => r.active || r.update())")
    page.wait_for_function(
        "async () => (await navigator.serviceWorker.getRegistration('/static/notifications/'))?.active?.state"
        " === 'activated'"
    )
    message = {"title": "Accord", "text": "New lead: Anna", "link": link, "tag": "notice-1"}
    push = {"origin": f"{live_server.url}/", "registrationId": versions[-1]["registrationId"]}
    for _ in range(2):  # as when it is sent again
        debugger.send("ServiceWorker.deliverPushMessage", {**push, "data": json.dumps(message)})
    shown = """async () => {
      const registration = await navigator.serviceWorker.getRegistration('/static/notifications/');
      return (await registration.getNotifications()).map((n) => [n.title, n.body, n.data.link]);
    }"""
    page.wait_for_function(f"async () => (await ({shown})()).length > 0")
    assert page.evaluate(shown) == [["Accord", "New lead: Anna", link]]
    assert page.faults == []


def test_a_browser_that_is_not_allowed_to_says_what_to_do(notifications: Any) -> None:
    page = notifications
    page.context.clear_permissions()
    page.reload()
    state = page.locator("[data-push-state]")
    page.wait_for_function("document.querySelector('[data-push-state]').textContent !== 'Looking at this browser…'")
    if "does not let Accord" not in state.text_content():
        page.get_by_role("button", name="Switch on here").click()
        page.get_by_text("You have not allowed it").wait_for()
    assert not Device.objects.exists()
