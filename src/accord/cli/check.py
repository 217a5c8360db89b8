"""``accord check``: what is wrong with an agreement, on which line, and what to do about it."""

import json
from pathlib import Path

import click

from accord.agreement import Loaded, not_in_force, read, shortfalls
from accord.agreement.clauses import line_of
from accord.errors import Issue, Level

UNREADABLE = 2
NOT_IN_FORCE = "agreement.not_in_force"
IN_PART = "agreement.in_force_in_part"

_COLOURS = {Level.ERROR: "red", Level.WARNING: "yellow", Level.NOTE: "cyan"}


@click.command()
@click.argument("files", metavar="FILE...", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option("--json", "as_json", is_flag=True, help="Print a list of issues for machines.")
@click.pass_context
def check(context: click.Context, files: tuple[Path, ...], as_json: bool) -> None:
    """Check an agreement and say what is wrong, with line and remedy.

    Above that stand the clauses that are checked and signed like all others, but that no part of Accord carries out
    yet; with --json they are notes with the code agreement.not_in_force or agreement.in_force_in_part.

    The exit code is 0 when there is no error (warnings and notes are allowed), 1 when there is one, and 2 when a file
    cannot be read.
    """
    issues: list[Issue] = []
    waiting: list[Issue] = []
    unreadable = False
    for file in files:
        loaded = _checked(file)
        unreadable = unreadable or loaded is None
        issues += loaded.issues if loaded else ()
        waiting += _waiting(loaded, str(file)) if loaded else ()
    if as_json:
        click.echo(json.dumps([_row(issue) for issue in issues + waiting], ensure_ascii=False, indent=2))
    else:
        _print_waiting(waiting)
        print_issues(issues, len(files), unreadable=unreadable)
    if unreadable:
        context.exit(UNREADABLE)
    context.exit(1 if any(issue.level is Level.ERROR for issue in issues) else 0)


def _checked(file: Path) -> Loaded | None:
    try:
        return read(file)
    except OSError as error:
        click.secho(f"{file}: cannot be read: {error.strerror or error}", fg="red", err=True)
        return None


def _waiting(loaded: Loaded, name: str) -> list[Issue]:
    """Return what the agreement says and nothing carries out yet, then what is carried out only in part."""
    agreement = loaded.agreement
    if agreement is None:
        return []
    found = [
        Issue(Level.NOTE, NOT_IN_FORCE, clause.sentence, f"{name}:{clause.line}") for clause in not_in_force(agreement)
    ]
    for part in shortfalls(agreement):
        at = f"{name}:{line_of(agreement, part.section)}"
        found.append(Issue(Level.NOTE, IN_PART, f"'{part.section}': {part.missing}", at))
    return found


def _print_waiting(waiting: list[Issue]) -> None:
    for code, title in (
        (NOT_IN_FORCE, "These clauses are checked and signed, but not yet carried out:"),
        (IN_PART, "These are carried out only in part:"),
    ):
        found = [issue for issue in waiting if issue.code == code]
        if found:
            click.secho(title, bold=True)
        for issue in found:
            click.echo(f"{click.style(f'{issue.at}: ', dim=True)}{issue.message}")


def _row(issue: Issue) -> dict[str, str | int | None]:
    file, _, line = (issue.at or "").rpartition(":")
    return {
        "level": issue.level.value,
        "code": issue.code,
        "message": issue.message,
        "hint": issue.hint,
        "file": file or None,
        "line": int(line) if line.isdigit() else None,
    }


def print_issues(issues: list[Issue], files: int, *, unreadable: bool = False) -> None:
    """Print issues as people read them, and below them how many there are."""
    for issue in issues:
        colour = _COLOURS[issue.level]
        where = click.style(f"{issue.at}: ", dim=True) if issue.at else ""
        hint = f"; {issue.hint}" if issue.hint else ""
        click.echo(f"{where}{click.style(issue.level.value, fg=colour, bold=True)}: {issue.message}{hint}")
    counts = {level: sum(issue.level is level for issue in issues) for level in Level}
    found = [f"{count} {level}{'' if count == 1 else 's'}" for level, count in counts.items() if count]
    of = f"{files} file{'' if files == 1 else 's'} checked: "
    worst = next((level for level in Level if counts[level]), None)
    colour = "red" if unreadable else _COLOURS[worst] if worst else "green"
    nothing = "not everything could be read" if unreadable else "nothing to complain about"
    click.secho(of + (", ".join(found) if found else nothing), fg=colour)
