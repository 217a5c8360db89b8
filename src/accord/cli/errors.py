"""How a command ends: one red line for a known error, and an exit code that means something."""

import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager

import click

from accord.errors import AccordError

FAILED = 1
MISUSED = 2  # click's own, for wrong options and arguments
INTERRUPTED = 130  # 128 + SIGINT, as shells have it

# By the family of the error, what stands before the first dot of its code, or by the code itself. A test holds the
# table complete: whoever raises a new family names it here.
EXIT_CODES: Mapping[str, int] = {
    **dict.fromkeys(("access", "account", "user"), FAILED),  # not theirs, or not so
    **dict.fromkeys(("deal", "dispute", "field", "form", "handoff", "lead", "merge", "revision", "team"), FAILED),
    **dict.fromkeys(("drilldown", "import_run", "insight", "scoreboard", "timeline"), FAILED),
    "backtest": FAILED,
    **dict.fromkeys(("comment", "draft", "row"), FAILED),
    "demo": FAILED,
    "companies": FAILED,
    "calls": FAILED,
    "mail": FAILED,
    "notification": FAILED,
    "tracking": FAILED,
    "revision.has_errors": 3,  # the document is wrong
    "agreement": 3,
    "rules": 3,
    "scoring": 3,
    "calendar": 3,
    "routing": 3,
    "attribution": 4,  # the data are wrong
    "import": 4,
    "traffic": 4,
    "database": 5,  # the installation is wrong
    "settings": 5,
    "warehouse": 5,
    "serve": 6,  # this machine does not let it run
}


def exit_code(code: str) -> int:
    """Return the exit code for the code of a known error.

    Examples:
        >>> exit_code("agreement.unknown_field"), exit_code("handoff.already_decided")
        (3, 1)
    """
    return EXIT_CODES.get(code) or EXIT_CODES.get(code.split(".", 1)[0], FAILED)


@contextmanager
def reporting_errors() -> Iterator[None]:
    """Report the known error that is raised inside and end the process; an unknown one keeps its traceback."""
    try:
        yield
    except AccordError as error:
        _report(str(error))
        sys.exit(exit_code(error.code))
    except click.ClickException as error:
        error.show()
        sys.exit(error.exit_code)
    except KeyboardInterrupt:
        sys.exit(INTERRUPTED)
    except click.Abort as abort:
        if isinstance(abort.__cause__, KeyboardInterrupt):
            sys.exit(INTERRUPTED)
        _report("aborted")
        sys.exit(FAILED)


def _report(message: str) -> None:
    click.secho("error: " + " ".join(message.split()), fg="red", err=True)
