"""``accord serve``: everything that one machine needs, started in order, kept running, stopped in order.

The supervisor opens the listening socket itself and hands it to the web process, so that while a crashed web process
is being replaced, requests wait instead of being refused. Its children are sessions of their own: Ctrl-C in a terminal
reaches the supervisor alone, which then stops web, worker and database one after the other. If the supervisor itself
is killed, the children learn of it and end.
"""

import asyncio
import ctypes
import errno
import os
import signal
import socket
import sys
import threading
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass

from accord.errors import AccordError
from accord.server.embedded import EmbeddedPostgres

FIRST_PAUSE = 0.25  # seconds before a crashed child is started again; doubles each time
LONGEST_PAUSE = 30.0
STEADY = 30.0  # seconds after which a child counts as well again
WEB_GRACE, WORKER_GRACE = 20, 30  # seconds that running requests and jobs get
LAST_GRACE = 10.0  # seconds beyond them until a child is killed
SUPERVISOR = "ACCORD_SUPERVISOR"

Say = Callable[[str], None]


class ServeError(AccordError):
    """This machine does not let Accord run."""


def listen(host: str, port: int) -> socket.socket:
    """Return a listening socket on the address.

    Raises:
        ServeError: The port is in use or not ours to open, or the host is not an address of this machine.
    """
    try:
        family, *_, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)[0]
        return socket.create_server((str(address[0]), port), family=family, backlog=2048)
    except PermissionError as error:
        msg = f"port {port} may not be opened by this user"
        raise ServeError("serve.port_forbidden", msg, hint="choose one above 1023 with --port") from error
    except socket.gaierror as error:
        hint = "name one with --host"
        raise ServeError("serve.host", f"'{host}' is no address of this machine", hint=hint) from error
    except OSError as error:
        if error.errno != errno.EADDRINUSE:
            msg = f"{host} cannot be listened on: {error.strerror}"
            raise ServeError("serve.host", msg, hint="name an address of this machine with --host") from error
        msg = f"port {port} of {host} is in use"
        raise ServeError("serve.port_busy", msg, hint="stop what uses it, or choose another with --port") from error


def end_with_supervisor() -> None:
    """In a child: end in good order when the supervisor dies, however it dies. Elsewhere: do nothing."""
    supervisor = int(os.environ.get(SUPERVISOR, "0"))
    if not supervisor:
        return
    if sys.platform == "linux":
        set_parent_death_signal = 1
        ctypes.CDLL(None).prctl(set_parent_death_signal, signal.SIGTERM)
    else:
        threading.Thread(target=_watch_parent, args=[supervisor], daemon=True).start()
    if os.getppid() != supervisor:  # it died before we could ask to be told
        os.kill(os.getpid(), signal.SIGTERM)


def _watch_parent(parent: int) -> None:
    while os.getppid() == parent:
        time.sleep(0.5)
    os.kill(os.getpid(), signal.SIGTERM)


@dataclass(frozen=True, slots=True)
class Role:
    """One thing to keep running.

    Attributes:
        name: The command, and what its lines are marked with.
        options: What the command is given.
        grace: Seconds from SIGTERM to SIGKILL.
        sockets: File descriptors that it inherits.
    """

    name: str
    options: Sequence[str]
    grace: float
    sockets: Sequence[int] = ()


class Child:
    """A process in one role, started again with growing pauses whenever it ends by itself."""

    def __init__(self, role: Role, say: Say, on_ready: Callable[[], None] | None = None) -> None:
        self.role = role
        self._say = say
        self._on_ready = on_ready
        self._process: asyncio.subprocess.Process | None = None
        self._keeper: asyncio.Task[None] | None = None

    def keep_running(self) -> None:
        """Start the process and whatever takes its place."""
        self._keeper = asyncio.create_task(self._keep())

    async def run_once(self) -> int:
        """Run the process to its end; return its exit code."""
        process = self._process = await self._start()
        relay = asyncio.create_task(self._relay(process.stdout or asyncio.StreamReader()))
        try:
            return await process.wait()
        finally:
            await _finish(relay)

    async def stop(self, hurry: asyncio.Event) -> None:
        """Ask the process to end, and make it end when its grace is over or there is a hurry."""
        if self._keeper is not None:
            self._keeper.cancel()
        process = self._process
        if process is None:
            return
        if process.returncode is None:
            with suppress(ProcessLookupError):
                process.terminate()
            ended = asyncio.create_task(process.wait())
            hurried = asyncio.create_task(hurry.wait())
            await asyncio.wait({ended, hurried}, timeout=self.role.grace, return_when=asyncio.FIRST_COMPLETED)
            hurried.cancel()
            if process.returncode is None:
                self._say(f"{self.role.name} does not end and is killed")
            with suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)  # and whatever it started itself
            await ended
        if self._keeper is not None:
            await asyncio.wait({self._keeper})

    async def _keep(self) -> None:
        pause = FIRST_PAUSE
        while True:
            began = time.monotonic()
            code = await self.run_once()
            if time.monotonic() - began > STEADY:
                pause = FIRST_PAUSE
            self._say(f"{self.role.name} ended ({_how(code)}); starting it again in {pause:g} s")
            await asyncio.sleep(pause)
            pause = min(2 * pause, LONGEST_PAUSE)

    async def _start(self) -> asyncio.subprocess.Process:
        options, inherited = list(self.role.options), list(self.role.sockets)
        told = None
        if self._on_ready is not None:
            told, tells = os.pipe()
            options += ["--ready-fd", str(tells)]
            inherited.append(tells)
        process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "accord", self.role.name, *options),
            stdin=asyncio.subprocess.DEVNULL,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.STDOUT,
            env={**os.environ, SUPERVISOR: str(os.getpid()), "PYTHONUNBUFFERED": "1"},
            start_new_session=True,
            pass_fds=inherited,
        )
        if told is not None:
            os.close(tells)
            asyncio.get_running_loop().add_reader(told, self._hear, told)
        return process

    def _hear(self, told: int) -> None:
        asyncio.get_running_loop().remove_reader(told)
        ready = os.read(told, 1)  # nothing, if it died before it was ready
        os.close(told)
        if ready and self._on_ready is not None:
            self._on_ready()

    async def _relay(self, output: asyncio.StreamReader) -> None:
        tail = b""
        while chunk := await output.read(65536):
            *lines, tail = (tail + chunk).split(b"\n")
            for line in lines:
                self._say(f"{self.role.name:<6} | {line.decode(errors='replace')}")
        if tail:
            self._say(f"{self.role.name:<6} | {tail.decode(errors='replace')}")


async def _finish(relay: asyncio.Task[None]) -> None:
    """Let what the process said last be said; what it left behind may hold its output open for ever."""
    await asyncio.wait({relay}, timeout=1)
    relay.cancel()


def _how(code: int) -> str:
    return f"killed by {signal.Signals(-code).name}" if code < 0 else f"exit code {code}"


class Supervisor:
    """Runs the database, the web process and the worker until it is told to stop.

    Args:
        host: The address to listen on.
        port: The port to listen on; 0 for any that is free.
        database: The embedded database, or None if ``DATABASE_URL`` names another.
        say: Prints one line.
        mail_port: Where mails are taken by SMTP; None: nowhere.
    """

    def __init__(
        self, host: str, port: int, database: EmbeddedPostgres | None, say: Say, *, mail_port: int | None = None
    ) -> None:
        self._host = host
        self._port = port
        self._database = database
        self._mail_port = mail_port
        self._say = say
        self._stop = asyncio.Event()
        self._hurry = asyncio.Event()
        self._served = False

    async def run(self) -> int:
        """Start everything, keep it running, and stop it on SIGINT or SIGTERM; return the exit code.

        Raises:
            ServeError: The port cannot be opened.
            DatabaseError: The database does not start.
        """
        door = listen(self._host, self._port)
        self._port = door.getsockname()[1]
        for number in (signal.SIGINT, signal.SIGTERM):
            asyncio.get_running_loop().add_signal_handler(number, self._asked_to_stop)
        try:
            with door:
                if self._database is not None:
                    self._say("starting the database")
                    await asyncio.to_thread(self._database.join)
                return await self._migrate() or await self._serve(door)
        finally:
            if self._database is not None:
                await asyncio.to_thread(self._database.leave)
            self._say("stopped")

    @property
    def address(self) -> str:
        """Return where browsers find it; by the name under which cookies and passkeys work on a laptop."""
        host = "localhost" if self._host in {"127.0.0.1", "0.0.0.0", "::", "::1"} else self._host  # noqa: S104
        return f"http://{host}:{self._port}"

    def _asked_to_stop(self) -> None:
        if self._stop.is_set():
            self._hurry.set()
        self._stop.set()

    async def _migrate(self) -> int:
        child = Child(Role("migrate", (), WORKER_GRACE), self._say)
        running = asyncio.create_task(child.run_once())
        stopped = asyncio.create_task(self._stop.wait())
        await asyncio.wait({running, stopped}, return_when=asyncio.FIRST_COMPLETED)
        stopped.cancel()
        if self._stop.is_set():
            await child.stop(self._hurry)
            await running
            return 0
        return await running

    async def _serve(self, door: socket.socket) -> int:
        if self._stop.is_set():
            return 0
        os.environ.setdefault("ACCORD_URL", self.address)
        fd = door.fileno()
        web_role = Role("web", ("--fd", str(fd), "--grace", str(WEB_GRACE)), WEB_GRACE + LAST_GRACE, (fd,))
        web = Child(web_role, self._say, self._ready)
        worker = Child(Role("worker", ("--grace", str(WORKER_GRACE)), WORKER_GRACE + LAST_GRACE), self._say)
        mail = self._mail()
        for child in (web, worker, *mail):
            child.keep_running()
        watch = asyncio.create_task(self._watch_database(self._database)) if self._database else None
        await self._stop.wait()
        self._say("stopping; once more to hurry")
        if watch is not None:
            watch.cancel()
        door.close()
        for child in (*mail, web, worker):
            await child.stop(self._hurry)
        return 0

    def _mail(self) -> tuple[Child, ...]:
        if self._mail_port is None:
            return ()
        options = ("listen", "--host", self._host, "--port", str(self._mail_port))
        return (Child(Role("mail", options, LAST_GRACE), self._say),)

    def _ready(self) -> None:
        self._say("web is back" if self._served else f"serving at {self.address}")
        self._served = True

    async def _watch_database(self, database: EmbeddedPostgres) -> None:
        while True:
            await asyncio.sleep(1)
            try:
                if not database.is_running():
                    self._say("the database ended; starting it again")
                    await asyncio.to_thread(database.join)
            except Exception as error:  # the watch goes on, whatever it is
                self._say(f"the database does not start yet: {error!r}")
