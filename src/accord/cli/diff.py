"""``accord diff``: what one agreement says that another does not, clause by clause, and whether it changes outcomes."""

import json
import textwrap
from pathlib import Path

import click

from accord.agreement import Agreement, Clause, read
from accord.agreement.diff import Change, Diff, Kind, Meaning, Piece, compare
from accord.cli.check import UNREADABLE, print_issues
from accord.cli.database import start_database
from accord.server.agreements.past import law_of
from accord.server.agreements.services import in_force

IN_FORCE = "in-force"
WIDTH = 80
MEANINGS = {
    Meaning.NONE: ("they mean the same", "green"),
    Meaning.WORDING: ("wording only: every lead comes out as before", "cyan"),
    Meaning.OUTCOMES: ("changes outcomes", "yellow"),
}


@click.command(short_help="Say what one agreement means that another does not")
@click.argument("old")
@click.argument("new")
@click.option("--json", "as_json", is_flag=True, help="Print the changes for machines.")
@click.pass_context
def diff(context: click.Context, old: str, new: str, as_json: bool) -> None:
    """Say what one agreement means that another does not.

    Clause by clause, with the words that differ, and whether that changes outcomes or only wording.

    OLD and NEW are each a file, the number of a revision, or in-force. Only what the clauses mean counts: comments,
    layout and the order of what has no order do not.

    The exit code is 0 when they mean the same, 1 when they differ, and 2 when one of them cannot be read.
    """
    before, after = (_agreement(context, name) for name in (old, new))
    found = compare(before, after)
    if as_json:
        click.echo(json.dumps(_as_tree(found), ensure_ascii=False, indent=2))
    else:
        _print(found)
    context.exit(0 if found.meaning is Meaning.NONE else 1)


def _agreement(context: click.Context, name: str) -> Agreement:
    if not Path(name).exists() and (name == IN_FORCE or name.isdecimal()):
        start_database()
        return in_force().agreement if name == IN_FORCE else law_of(int(name)).agreement
    try:
        loaded = read(Path(name))
    except OSError as error:
        click.secho(f"{name}: cannot be read: {error.strerror or error}", fg="red", err=True)
        context.exit(UNREADABLE)
    if loaded.agreement is None:
        print_issues(list(loaded.issues), 1)
        context.exit(UNREADABLE)
    return loaded.agreement


def _print(found: Diff) -> None:
    title = ""
    for change in found.changes:
        if change.clause.title != title:
            title = change.clause.title
            click.secho(f"\n{title}" if title else "", bold=True)
        _print_change(change)
    verdict, colour = MEANINGS[found.meaning]
    count = len(found.changes)
    clauses = f"{count} clause{'' if count == 1 else 's'} differ{'s' if count == 1 else ''}: " if count else ""
    click.secho(f"{chr(10) if count else ''}{clauses}{verdict}", fg=colour)


def _print_change(change: Change) -> None:
    note = " · wording only" if change.meaning is Meaning.WORDING else ""
    click.secho(f"  {change.clause.path} · {change.what}{note}", dim=True)
    if change.kind is Kind.MOVED:
        _print_sentence("~", change.clause.sentence, None)
    else:
        out, into = change.marked()
        _print_sentence("-", "".join(piece.text for piece in out), "red", out)
        _print_sentence("+", "".join(piece.text for piece in into), "green", into)
    if change.used_by:
        _print_sentence(" ", f"used by {', '.join(clause.path for clause in change.used_by)}", None)


def _print_sentence(sign: str, sentence: str, colour: str | None, pieces: tuple[Piece, ...] = ()) -> None:
    """Print a sentence in lines of at most 80 columns; what differs is underlined where the terminal can."""
    if not sentence:
        return
    marks = [piece.marked for piece in pieces for _ in piece.text] or [False] * len(sentence)
    at = 0
    lines = textwrap.wrap(sentence, WIDTH - 6, break_on_hyphens=False, break_long_words=False)
    for number, line in enumerate(lines):
        letters = zip(line, marks[at:], strict=False)
        styled = "".join(click.style(letter, fg=colour, underline=marked or None) for letter, marked in letters)
        click.echo(f"    {' ' if number else sign} {styled}")
        at += len(line) + 1  # the space at which it was broken


def _as_tree(found: Diff) -> dict[str, object]:
    return {"meaning": found.meaning, "changes": [_change_as_tree(change) for change in found.changes]}


def _change_as_tree(change: Change) -> dict[str, object]:
    return {
        "kind": change.kind,
        "meaning": change.meaning,
        "moved": change.moved,
        "section": change.clause.title,
        "before": _clause_as_tree(change.before),
        "after": _clause_as_tree(change.after),
        "used_by": [clause.path for clause in change.used_by],
    }


def _clause_as_tree(clause: Clause | None) -> dict[str, object] | None:
    return None if clause is None else {"path": clause.path, "sentence": clause.sentence, "line": clause.line}
