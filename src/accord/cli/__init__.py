"""The command line: one file per command, imported only when that command runs.

``accord --help`` imports neither Django nor any of the heavy packages, so the table below, not the modules, says what
each command is for; a test holds the two equal. A command ``x-y`` is the function ``x_y`` in ``accord.cli.x_y``
(``import_`` for ``import``, which is a keyword). Known errors are reported in one place, ``errors.py``.
"""

import importlib
import keyword
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import click

from accord import __version__
from accord.cli.errors import reporting_errors


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of the table of commands.

    Attributes:
        help: What the command does, in one line without a full stop.
        django: Whether its module may import models: Django is set up before the module is imported. The database is
            started by ``needs_database``, when the command really runs.
    """

    help: str
    django: bool = False


COMMANDS: Mapping[str, Entry] = {
    "attribute": Entry("Credit touchpoints with the conversions that they led to"),
    "backtest": Entry("Try a draft of the agreement on the past", django=True),
    "check": Entry("Check an agreement and say what is wrong, with line and remedy"),
    "demo": Entry("Load a believable company with a signed agreement and serve it", django=True),
    "diff": Entry("Say what one agreement means that another does not", django=True),
    "disputes": Entry("Draw leads that both sides judge again", django=True),
    "doctor": Entry("Say what is wrong with this installation and what to do about it"),
    "duplicates": Entry("Find people and companies that stand twice", django=True),
    "explain": Entry("Say why a lead stands where it stands, now or at an instant", django=True),
    "import": Entry("Import leads, touchpoints, deals, costs or rates from a file", django=True),
    "mail": Entry("Take mails to the addresses of mail sources, by SMTP", django=True),
    "migrate": Entry("Bring the database up to date with this version", django=True),
    "networks": Entry("Load tables that say whose network an address belongs to", django=True),
    "propose": Entry("Put an agreement before both sides to sign", django=True),
    "qualify": Entry("Judge leads by the agreement in force", django=True),
    "routing": Entry("Try out who gets the leads", django=True),
    "scoreboard": Entry("Show what each side owed and did", django=True),
    "serve": Entry("Run everything on this machine: database, web and worker"),
    "sign": Entry("Sign a proposed agreement for one side", django=True),
    "source": Entry("Add and change the sources that may send messages", django=True),
    "test": Entry("Run the tests of an agreement, live and in batch"),
    "user": Entry("Add and change the people who may log in", django=True),
    "verify": Entry("Judge every open lead again in one go, and say where it differs", django=True),
    "warehouse": Entry("Keep the copy of the data for questions about all leads", django=True),
    "web": Entry("Answer requests: one web process"),
    "worker": Entry("Carry out background jobs: one worker process", django=True),
}


class _Commands(click.Group):
    def list_commands(self, ctx: click.Context) -> list[str]:
        return sorted(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        entry = COMMANDS.get(cmd_name)
        if entry is None:
            return None
        if entry.django:
            importlib.import_module("accord.cli.database").set_up_django()
        name = cmd_name.replace("-", "_")
        name = f"{name}_" if keyword.iskeyword(name) else name
        command = getattr(importlib.import_module(f"accord.cli.{name}"), name)
        if not isinstance(command, click.Command):
            msg = f"accord.cli.{name}.{name} is not a command"
            raise TypeError(msg)
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section("Commands"):
            formatter.write_dl([(name, COMMANDS[name].help) for name in self.list_commands(ctx)])

    def main(
        self,
        args: Sequence[str] | None = None,
        prog_name: str | None = None,
        complete_var: str | None = None,
        standalone_mode: bool = True,
        **extra: Any,  # noqa: ANN401  (as click has it)
    ) -> Any:  # noqa: ANN401
        if not standalone_mode:
            return super().main(args, prog_name, complete_var, standalone_mode=False, **extra)
        with reporting_errors():
            result = super().main(args, prog_name, complete_var, standalone_mode=False, **extra)
        sys.exit(result if isinstance(result, int) else 0)


@click.group(cls=_Commands, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(__version__, prog_name="accord", message="%(prog)s %(version)s")
def main() -> None:
    """Accord: the sales-marketing agreement that runs."""
