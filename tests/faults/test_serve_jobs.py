"""A job whose worker dies runs again; nothing that was enqueued is lost."""

import signal

import psycopg
import pytest
from psycopg.rows import dict_row

from accord.server.embedded import EmbeddedPostgres
from accord.server.jobs import GIVE_UP_AFTER


@pytest.fixture
def database(home):
    server = EmbeddedPostgres(home / "postgres")
    with psycopg.connect(server.join(), autocommit=True, row_factory=dict_row) as connection:
        yield connection
    server.leave()


def defer(database, task, args="{}", **columns):
    names = ["task_name", "args", "queue_name", "status", *columns]
    values = [task, args, "default", "todo", *columns.values()]
    query = (
        f"INSERT INTO procrastinate_jobs ({', '.join(names)}) VALUES ({', '.join(['%s'] * len(names))}) RETURNING id"  # noqa: S608
    )
    return database.execute(query, values).fetchone()["id"]


def status(database, job):
    return database.execute("SELECT status FROM procrastinate_jobs WHERE id = %s", [job]).fetchone()["status"]


def silence_workers(database):
    """Let a minute pass since any worker was heard of."""
    database.execute("UPDATE procrastinate_workers SET last_heartbeat = last_heartbeat - interval '1 minute'")


def runs(home):
    file = home / "fault-runs"
    return file.read_text().split() if file.exists() else []


def test_a_job_runs_again_when_its_worker_was_killed(run, database, home):
    job = defer(database, "fault.wait_first_time", lock="one at a time")
    worker = run("worker")
    worker.until(lambda: runs(home) == ["began"])
    worker.process.kill()
    worker.ends()
    assert status(database, job) == "doing"
    silence_workers(database)

    defer(database, "server.retry_stalled_jobs")
    heir = run("worker")

    heir.until(lambda: status(database, job) == "succeeded")
    assert runs(home) == ["began", "began", "ended"]


def test_serve_runs_a_job_again_when_its_worker_was_killed(serve, database, home):
    serving = serve()
    serving.address()
    job = defer(database, "fault.wait_first_time")
    serving.until(lambda: runs(home) == ["began"])
    serving.child("worker").kill()
    serving.says("worker ended")
    silence_workers(database)
    defer(database, "server.retry_stalled_jobs")
    serving.until(lambda: status(database, job) == "succeeded")


def test_a_stalled_job_gives_way_to_one_like_it_that_waits(run, database, home):
    """Two waiting jobs may not have the same queueing lock; the sweep must not stumble over that."""
    stalled = defer(database, "fault.wait_first_time", lock="x", queueing_lock="x")
    worker = run("worker")
    worker.until(lambda: runs(home) == ["began"])
    worker.process.kill()
    worker.ends()
    waiting = defer(database, "fault.wait_first_time", lock="x", queueing_lock="x")
    other = defer(database, "fault.wait", '{"seconds": 0}')
    database.execute("UPDATE procrastinate_jobs SET status = 'doing' WHERE id = %s", [other])  # of a worker long gone
    silence_workers(database)

    defer(database, "server.retry_stalled_jobs")
    heir = run("worker")

    heir.until(lambda: status(database, waiting) == "succeeded")
    heir.until(lambda: status(database, other) == "succeeded")
    assert status(database, stalled) == "aborted"


def test_a_job_that_takes_every_worker_down_is_given_up(run, database):
    job = defer(database, "fault.take_worker_down", attempts=GIVE_UP_AFTER - 1)
    worker = run("worker")
    assert worker.ends() == -signal.SIGKILL
    silence_workers(database)

    defer(database, "server.retry_stalled_jobs")
    heir = run("worker")

    heir.until(lambda: status(database, job) == "failed")
    assert heir.process.poll() is None


def test_a_worker_that_is_stopped_finishes_the_job_that_it_has(run, database, home):
    job = defer(database, "fault.wait", '{"seconds": 2}')
    worker = run("worker")
    worker.until(lambda: runs(home) == ["began"])

    worker.process.send_signal(signal.SIGTERM)

    assert worker.ends() == 0
    assert status(database, job) == "succeeded"


def test_a_worker_whose_grace_is_over_ends_and_leaves_the_job_to_another(run, database, home):
    job = defer(database, "fault.wait_first_time")
    worker = run("worker", "--grace", "0")
    worker.until(lambda: runs(home) == ["began"])

    worker.process.send_signal(signal.SIGTERM)

    worker.ends(15)
    assert status(database, job) == "doing"


def test_several_jobs_run_at_once(run, database, home):
    jobs = [defer(database, "fault.wait", '{"seconds": 3}') for _ in range(3)]
    worker = run("worker", "--concurrency", "3")
    worker.until(lambda: runs(home) == ["began"] * 3)
    worker.until(lambda: all(status(database, job) == "succeeded" for job in jobs))


def test_a_worker_until_idle_ends_when_nothing_is_left(run, database, home):
    job = defer(database, "fault.wait", '{"seconds": 0}')
    assert run("worker", "--until-idle").ends() == 0
    assert status(database, job) == "succeeded"
    assert runs(home) == ["began", "ended"]
