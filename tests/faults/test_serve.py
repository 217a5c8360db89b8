"""``accord serve`` starts, stops, and outlives the death of each of its parts."""

import os
import signal
import socket
import threading
import urllib.request

import psutil
import pytest


def get(url, seconds=30):
    with urllib.request.urlopen(url, timeout=seconds) as response:  # noqa: S310
        return response.read().decode()


def test_it_answers_and_stops_on_sigterm_with_nothing_left_running(serve):
    run = serve()
    assert get(f"{run.address()}/ping").startswith("accord ")
    run.child("worker")
    processes = run.all_processes()
    assert len(processes) > 3

    run.process.send_signal(signal.SIGTERM)

    assert run.ends() == 0
    assert [process for process in processes if run.lives(process)] == []
    assert run.lines[-1] == "stopped"


def test_ctrl_c_reaches_the_supervisor_alone(serve):
    run = serve()
    run.address()
    children = psutil.Process(run.process.pid).children()
    sessions = {os.getsid(process.pid) for process in [*children, *run.databases()]}
    assert os.getsid(run.process.pid) not in sessions

    run.process.send_signal(signal.SIGINT)

    assert run.ends() == 0


def test_a_request_under_way_is_finished_before_the_end(serve, home):
    run = serve()
    answers = []
    asking = threading.Thread(target=lambda: answers.append(get(f"{run.address()}/slow?seconds=2")))
    run.address()
    asking.start()
    run.until((home / "slow-began").exists)

    run.process.send_signal(signal.SIGTERM)

    assert run.ends() == 0
    asking.join()
    assert answers == ["finished"]


def test_a_second_ctrl_c_does_not_wait_for_a_request(serve, home):
    run = serve()
    url = f"{run.address()}/slow?seconds=60"

    def ask():
        with pytest.raises(OSError, match=r".*"):
            get(url)

    asking = threading.Thread(target=ask)
    asking.start()
    run.until((home / "slow-began").exists)

    run.process.send_signal(signal.SIGINT)
    run.says("once more to hurry")
    run.process.send_signal(signal.SIGINT)

    run.ends(15)
    asking.join()
    assert run.databases() == []


@pytest.mark.parametrize("name", ["web", "worker"])
def test_a_killed_child_is_replaced(serve, name):
    run = serve()
    run.address()
    killed = run.child(name)

    killed.kill()

    run.says(rf"^{name} ended \(killed by SIGKILL\); starting it again")
    run.until(lambda: not run.lives(killed))
    assert run.child(name).pid != killed.pid


def test_requests_wait_while_a_killed_web_process_is_replaced(serve):
    run = serve()
    address = run.address()

    run.child("web").kill()

    assert get(f"{address}/ping").startswith("accord ")
    run.says("web is back")


def test_a_killed_database_is_started_again(serve):
    run = serve()
    address = run.address()
    postmaster = _postmaster(run)

    os.kill(postmaster, signal.SIGKILL)

    run.until(lambda: run.databases() and _postmaster(run) not in {None, postmaster})

    def answers():
        try:
            return get(f"{address}/ping")
        except OSError:
            return None

    assert run.until(answers).startswith("accord ")


def _postmaster(run):
    note = run.home / "postgres" / "postmaster.pid"
    return int(note.read_text().split()[0]) if note.exists() else None


def test_children_of_a_killed_supervisor_end_and_another_takes_over(serve):
    killed = serve()
    killed.address()
    children = psutil.Process(killed.process.pid).children()
    assert len(children) == 2

    killed.process.kill()

    killed.until(lambda: not any(killed.lives(child) for child in children))
    heir = serve()
    assert get(f"{heir.address()}/ping").startswith("accord ")
    heir.process.send_signal(signal.SIGTERM)
    assert heir.ends() == 0
    assert heir.databases() == [], "the heir joined the database that was left running, and stops it"


def test_a_port_in_use_is_one_red_line(run):
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        refused = run("serve", "--port", str(port))
        assert refused.ends() == 6
    assert refused.lines == [
        f"error: port {port} of 127.0.0.1 is in use; stop what uses it, or choose another with --port"
    ]


def test_a_command_shares_the_database_and_leaves_it_to_serve(served):
    postmaster = _postmaster(served)

    assert served.another("migrate").ends() == 0

    assert _postmaster(served) == postmaster
    assert get(f"{served.address()}/ping").startswith("accord ")


def test_serve_leaves_the_database_to_a_command_that_still_uses_it(serve, run):
    serving = serve()
    serving.address()
    other = run("worker")
    other.until(lambda: (serving.home / "postgres.users").exists() and _joined(other))

    serving.process.send_signal(signal.SIGTERM)

    assert serving.ends() == 0
    assert len(other.databases()) > 0
    other.process.send_signal(signal.SIGTERM)
    assert other.ends() == 0
    assert other.databases() == []


def _joined(run):
    """Whether the process holds its share of the database."""
    users = str(run.home / "postgres.users")
    return any(file.path == users for file in psutil.Process(run.process.pid).open_files())


def test_a_body_that_breaks_off_is_not_acted_upon(served):
    """a2wsgi takes a lost connection for the end of the body; half a form must not be taken for a whole one."""
    home = served.home
    host, port = served.address().removeprefix("http://").split(":")
    head = f"POST /keep HTTP/1.1\r\nHost: {host}\r\nContent-Length: 10\r\nConnection: close\r\n\r\n".encode()

    with socket.create_connection((host, int(port))) as whole:
        whole.sendall(head + b"0123456789")
        assert whole.makefile("rb").readline().startswith(b"HTTP/1.1 200")
    assert (home / "kept").read_bytes() == b"0123456789"
    (home / "kept").unlink()

    with socket.create_connection((host, int(port))) as half:
        half.sendall(head + b"01234")
    get(f"{served.address()}/slow?seconds=0.5")  # long enough for the other thread
    assert not (home / "kept").exists()


def test_an_address_that_a_client_claims_is_not_believed(served):
    request = urllib.request.Request(f"{served.address()}/ping", headers={"X-Forwarded-For": "203.0.113.9"})  # noqa: S310
    with urllib.request.urlopen(request, timeout=30) as response:  # noqa: S310
        assert response.read().decode().split()[1] == "127.0.0.1"


def test_an_address_that_a_trusted_proxy_claims_is_believed(served):
    web = served.another("web", "--port", "0", "--trust-proxy", "127.0.0.1")
    request = urllib.request.Request(f"{web.address()}/ping", headers={"X-Forwarded-For": "203.0.113.9"})  # noqa: S310
    with urllib.request.urlopen(request, timeout=30) as response:  # noqa: S310
        assert response.read().decode().split()[1] == "203.0.113.9"
    web.process.send_signal(signal.SIGTERM)
    assert web.ends() == 0


def test_the_first_web_process_signs_with_the_key_that_is_kept(run, home):
    (home / "secret_key").unlink()
    web = run("web", "--port", "0")
    assert get(f"{web.address()}/key") == (home / "secret_key").read_text()


def test_the_secret_key_is_made_once_and_for_its_owner_only(served, migrated):
    key = served.home / "secret_key"
    assert key.stat().st_mode & 0o777 == 0o600
    assert key.read_text() == (migrated / "secret_key").read_text(), "that of the first command, not a new one"
    assert len(key.read_text()) > 50


def test_the_socket_of_the_database_is_in_a_folder_that_others_cannot_enter(served):
    postmaster = psutil.Process(_postmaster(served))
    assert postmaster.net_connections("inet") == []
    assert (served.home / "postgres" / ".s.PGSQL.5432").is_socket()
    assert (served.home / "postgres").stat().st_mode & 0o777 == 0o700
