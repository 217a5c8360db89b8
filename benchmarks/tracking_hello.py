"""What the tracking API is measured against: an ASGI application that reads a request and stores nothing."""

from typing import Any


async def hello(scope: dict[str, Any], receive: Any, send: Any) -> None:  # noqa: ANN401  (as ASGI has it)
    if scope["type"] != "http":
        return
    while (await receive()).get("more_body"):
        pass
    await send({"type": "http.response.start", "status": 200, "headers": [(b"content-type", b"application/json")]})
    await send({"type": "http.response.body", "body": b'{"success": true}'})
