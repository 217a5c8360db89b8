"""``accord web``: one web process."""

import os
import signal
import socket
import threading
from collections.abc import Callable

import click
import uvicorn
from django.utils.module_loading import import_string

from accord.cli.database import set_up_django, start_database
from accord.server.embedded import prepare_home
from accord.server.supervisor import end_with_supervisor, listen


class _Server(uvicorn.Server):
    """uvicorn that says when it is ready, and that ends even if a request never does."""

    def __init__(self, config: uvicorn.Config, on_ready: Callable[[], None]) -> None:
        super().__init__(config)
        self._on_ready = on_ready

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        if self.started:
            self._on_ready()

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        # A thread cannot be cancelled, and the interpreter waits for it.
        last = threading.Timer((self.config.timeout_graceful_shutdown or 0) + 5, os._exit, [1])
        last.daemon = True
        last.start()
        import_string("accord.server.asgi.live").hub.close()  # a stream never ends by itself in the time that is left
        await super().shutdown(sockets)


@click.command(short_help="Answer requests: one web process")
@click.option("--host", default="127.0.0.1", show_default=True, help="The address to listen on.")
@click.option("--port", default=8000, show_default=True, help="The port to listen on.")
@click.option("--threads", type=int, envvar="ACCORD_WEB_THREADS", help="Requests answered at once.  [default: 12]")
@click.option("--grace", default=20, show_default=True, help="Seconds that running requests get when it is stopped.")
@click.option(
    "--trust-proxy",
    envvar="ACCORD_TRUSTED_PROXIES",
    metavar="ADDRESSES",
    help="Believe X-Forwarded-For and -Proto from these addresses, separated by commas.",
)
@click.option("--fd", type=int, hidden=True, help="A listening socket that was handed down.")
@click.option("--ready-fd", type=int, hidden=True, help="Where to say that requests are answered.")
def web(
    host: str, port: int, threads: int | None, grace: int, trust_proxy: str | None, fd: int | None, ready_fd: int | None
) -> None:
    """Answer requests: one web process.

    Stopped by SIGTERM or Ctrl-C, it takes no new connection and finishes the requests it has. Start as many as you
    like behind a proxy; nothing is kept in the memory of one that another needs.
    """
    end_with_supervisor()
    if threads is not None:
        os.environ["ACCORD_WEB_THREADS"] = str(threads)
    door = socket.socket(fileno=fd) if fd is not None else listen(host, port)
    if os.environ.get("ACCORD_ENV") != "production":
        prepare_home()  # the settings read the key that is made there
    set_up_django()
    start_database()
    config = uvicorn.Config(
        "accord.server.asgi:application",
        lifespan="on",
        ws="none",
        log_config=None,
        access_log=False,
        server_header=False,
        proxy_headers=trust_proxy is not None,
        forwarded_allow_ips=trust_proxy,
        timeout_keep_alive=30,
        timeout_graceful_shutdown=grace,
    )

    def tell() -> None:
        if ready_fd is None:
            click.echo(f"serving at http://{host}:{door.getsockname()[1]}")
        else:
            os.write(ready_fd, b"1")
            os.close(ready_fd)

    for number in (signal.SIGINT, signal.SIGTERM):
        # Having stopped in good order, uvicorn raises the signal again for whoever listened before it.
        signal.signal(number, lambda *_: None)
    _Server(config, tell).run(sockets=[door])
