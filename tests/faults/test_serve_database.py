"""The embedded database recovers from whatever it was left in."""

import os
import signal
import subprocess
import sys
import tempfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import psycopg
import pytest

from accord.server.embedded import DatabaseError, EmbeddedPostgres


@pytest.fixture
def server():
    with tempfile.TemporaryDirectory(prefix="accord-db-") as folder:
        made = EmbeddedPostgres(Path(folder) / "postgres", fleeting=True)
        yield made
        made.leave()


def ask(server, query):
    with psycopg.connect(server.url()) as connection:
        return connection.execute(query).fetchone()


def postmaster(server):
    return int((server.folder / "postmaster.pid").read_text().split()[0])


def test_it_is_set_up_for_accord(server):
    server.join()
    settings = ask(server, "SELECT current_setting('TimeZone'), current_setting('server_encoding'), current_database()")
    assert settings == ("UTC", "UTF8", "accord")
    # By code point, so that it sorts as every other engine does; lower() knows letters beyond ASCII all the same.
    assert ask(server, "SELECT 'Z' < 'a', lower('ÄÉ')") == (True, "äé")


def test_it_listens_on_no_network(server):
    server.join()
    assert ask(server, "SHOW listen_addresses") == ("",)


def test_a_killed_server_recovers_what_was_committed(server):
    server = EmbeddedPostgres(server.folder)  # one that waits for the disk, as all but those of tests do
    server.join()
    with psycopg.connect(server.url()) as connection:
        connection.execute("CREATE TABLE kept AS SELECT 42 AS answer")
    os.kill(postmaster(server), signal.SIGKILL)

    server.join()

    assert ask(server, "SELECT answer FROM kept") == (42,)
    server.leave()


def test_a_stale_note_whose_number_another_program_has_got_does_not_block_the_start(server):
    server.join()
    server.leave()
    for note in ("postmaster.pid", ".s.PGSQL.5432.lock"):
        (server.folder / note).write_text(
            f"{os.getpid()}\n{server.folder}\n1700000000\n5432\n{server.folder}\n\n0 0\nready\n"
        )

    server.join()

    assert ask(server, "SELECT 1") == (1,)


def test_the_last_user_stops_it_and_no_other(server):
    server.join()
    other = EmbeddedPostgres(server.folder)
    other.join()

    server.leave()
    assert other.is_running()
    other.leave()
    assert not other.is_running()


def test_a_killed_user_does_not_count(server):
    server.join()
    code = "import sys, time; from pathlib import Path; from accord.server.embedded import EmbeddedPostgres;"
    code += f"EmbeddedPostgres(Path({str(server.folder)!r})).join(); print('joined', flush=True); time.sleep(600)"
    user = subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, text=True)
    assert user.stdout is not None
    assert user.stdout.readline() == "joined\n"
    user.kill()
    user.wait()
    user.stdout.close()

    server.leave()

    assert not server.is_running()


def test_many_who_start_it_at_once_get_one_server(server):
    users = [EmbeddedPostgres(server.folder, fleeting=True) for _ in range(6)]
    with ThreadPoolExecutor(len(users)) as pool:
        urls = set(pool.map(lambda user: user.join(), users))
    assert urls == {server.url()}
    assert len({postmaster(user) for user in users}) == 1
    for user in users:
        user.leave()
    assert not server.is_running()


def test_a_path_too_long_for_a_socket_gets_a_short_and_private_one():
    with tempfile.TemporaryDirectory(prefix="accord-db-") as folder:
        server = EmbeddedPostgres(Path(folder) / ("deep" * 30) / "it's postgres", fleeting=True)
        assert len(server.url()) < 103
        server.join()
        assert ask(server, "SELECT 1") == (1,)
        assert server.sockets.stat().st_mode & 0o777 == 0o700
        server.leave()
        assert not server.sockets.exists()


def test_a_folder_of_another_version_is_refused_with_what_it_is(server):
    server.folder.mkdir()
    (server.folder / "PG_VERSION").write_text("9.6\n")
    with pytest.raises(DatabaseError, match=r"made by PostgreSQL 9\.6; this Accord carries PostgreSQL 18"):
        server.join()


def test_a_server_that_cannot_start_says_why_and_where(server):
    server.join()
    server.leave()
    with (server.folder / "postgresql.conf").open("a") as file:
        file.write("max_connections = many\n")
    with pytest.raises(DatabaseError, match=r"postgres/log: the embedded database does not start"):
        server.join()
