"""``accord qualify``: the agreement in force, carried out on leads now."""

import json
import time
from dataclasses import asdict
from typing import Self

import click
from django.utils import timezone
from rich.console import Console
from rich.progress import BarColumn, Progress, TaskID, TextColumn, TimeRemainingColumn

from accord.cli.database import needs_database
from accord.server.capture.qualifying import qualify_due

SPARSE = 10.0
"""Seconds between two lines of progress where nobody watches a terminal."""


class Bars:
    """Shows the progress of each phase: as a bar on a terminal, else as a line now and then."""

    def __init__(self, console: Console) -> None:
        self._console = console
        self._tasks: dict[str, tuple[TaskID, float]] = {}
        self._said = time.monotonic()
        self._bars = Progress(
            TextColumn("{task.description}"),
            BarColumn(),
            TextColumn("{task.fields[count]}"),
            TimeRemainingColumn(),
            console=console,
            transient=True,
            disable=not console.is_terminal,
        )

    def __enter__(self) -> Self:
        self._bars.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._bars.stop()

    def __call__(self, phase: str, done: int, share: float) -> None:
        """Show that a phase has gone through ``done`` rows, a ``share`` of its work."""
        if phase not in self._tasks:
            self._tasks[phase] = (self._bars.add_task(phase, total=1.0, count=""), time.monotonic())
        task, since = self._tasks[phase]
        speed = done / max(time.monotonic() - since, 0.001)
        count = f"{done:,} ({speed:,.0f}/s)"
        if self._console.is_terminal:
            self._bars.update(task, completed=share, count=count)
        elif time.monotonic() - self._said > SPARSE:
            self._said = time.monotonic()
            self._console.print(f"{phase}: {count}, {share:.0%}", highlight=False)


@click.command(short_help="Judge leads by the agreement in force")
@click.option("--all", "everything", is_flag=True, help="Judge all open leads, not only those that are due.")
@click.option("--json", "as_json", is_flag=True, help="Report as JSON on standard output.")
@needs_database
def qualify(everything: bool, as_json: bool) -> None:
    """Judge leads by the agreement in force, and offer those that are ready to sales.

    The worker does the same every minute; this does it now and says what came of it.
    """
    with Bars(Console(stderr=True)) as bars:
        qualified = qualify_due(timezone.now(), bars, everything=everything)
    click.echo(json.dumps(asdict(qualified)) if as_json else qualified.in_words())
