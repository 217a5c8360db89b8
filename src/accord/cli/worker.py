"""``accord worker``: one worker process."""

import asyncio
import os
import signal
from concurrent.futures import ThreadPoolExecutor

import click
from procrastinate import PsycopgConnector
from procrastinate.app import App, WorkerOptions
from procrastinate.contrib.django import app, connector_params

from accord.cli.database import needs_database
from accord.server.supervisor import end_with_supervisor


@click.command(short_help="Carry out background jobs: one worker process")
@click.option(
    "--concurrency",
    default=8,
    show_default=True,
    type=click.IntRange(1, 64),
    envvar="ACCORD_WORKER_CONCURRENCY",
    help="Jobs carried out at once.",
)
@click.option("--queue", "queues", multiple=True, help="Only jobs of this queue; may be repeated.  [default: all]")
@click.option("--grace", default=30, show_default=True, help="Seconds that running jobs get when it is stopped.")
@click.option("--until-idle", is_flag=True, help="End when no job is left, instead of waiting for more.")
@needs_database
def worker(concurrency: int, queues: tuple[str, ...], grace: int, until_idle: bool) -> None:
    """Carry out background jobs: one worker process.

    Stopped by SIGTERM or Ctrl-C, it takes no new job and finishes those it has. A job that is cut off all the same,
    because its grace ended or the worker was killed, runs again within two minutes. Start as many as you like.
    """
    end_with_supervisor()
    # The connector for Django is for enqueueing; a worker needs one that listens and has a pool of its own. One that
    # gives up soon: when the database comes back, it is the next worker, not this one, that finds it first.
    pool = PsycopgConnector(kwargs=connector_params(), min_size=1, max_size=4, timeout=5)
    with app.replace_connector(pool) as jobs:
        asyncio.run(_work(jobs, concurrency, queues, grace, until_idle=until_idle))


async def _work(jobs: App, concurrency: int, queues: tuple[str, ...], grace: int, *, until_idle: bool) -> None:
    loop = asyncio.get_running_loop()
    loop.set_default_executor(ThreadPoolExecutor(concurrency + 2, thread_name_prefix="job"))  # 2 for look-ups of hosts
    options: WorkerOptions = {
        "concurrency": concurrency,
        "wait": not until_idle,
        "shutdown_graceful_timeout": grace,
        "install_signal_handlers": False,
    }
    if queues:
        options["queues"] = list(queues)
    async with jobs.open_async():
        working = asyncio.create_task(jobs.run_worker_async(**options))

        def stop() -> None:
            working.cancel()
            # A job in a thread cannot be cancelled; it is left behind as stalled and runs again elsewhere.
            loop.call_later(grace + 5, os._exit, 1)

        for number in (signal.SIGINT, signal.SIGTERM):
            loop.add_signal_handler(number, stop)
        await asyncio.wait({working})
    if not working.cancelled():
        working.result()
