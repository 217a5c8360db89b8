"""``accord test``: the tests of an agreement, on the live evaluator and in batch."""

import json
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import NoReturn

import click

from accord.agreement import Agreement, read
from accord.agreement.cases import Case, LoadedCases, Outcome, live_outcome, mismatches, read_cases
from accord.cli.case_results import Result, as_junit, as_rows, print_results
from accord.cli.check import UNREADABLE, print_issues
from accord.errors import Issue, Level
from accord.insight.cases import batch_outcomes
from accord.insight.engines.duck import DuckDB

DEFAULT = Path("agreement.yaml")


@click.command(short_help="Run the tests of an agreement, live and in batch")
@click.argument("agreement", required=False, type=click.Path(path_type=Path))
@click.argument("files", nargs=-1, type=click.Path(path_type=Path))
@click.option("--live-only", is_flag=True, help="Leave out the batch engine, which takes a second to load.")
@click.option("--json", "as_json", is_flag=True, help="Print the results for machines.")
@click.option("--junit", type=click.Path(path_type=Path), help="Write the results to this file as JUnit XML too.")
@click.pass_context
def test(
    context: click.Context,
    agreement: Path | None,
    files: tuple[Path, ...],
    live_only: bool,
    as_json: bool,
    junit: Path | None,
) -> None:
    """Run the tests of an agreement, live and in batch.

    AGREEMENT is a file (agreement.yaml unless named), FILES are its tests: all of tests/*.yaml beside it unless named.
    Every case is judged by the evaluator that judges one lead at a time, and by the batch engine that judges all; both
    must find what is expected. How tests are written: docs/how-to/test-agreement.md.

    The exit code is 0 when every test passes, 1 when one fails, and 2 when a file is broken.
    """
    path = agreement or DEFAULT
    law = _agreement(context, path)
    cases = _cases(context, law, files or tuple(sorted((path.parent / "tests").glob("*.yaml"))), path)
    results = list(_results(cases, law, live_only=live_only))
    if junit is not None:
        junit.write_bytes(as_junit(results, law))
    if as_json:
        click.echo(json.dumps(as_rows(results), ensure_ascii=False, indent=2))
    else:
        print_results(results, law)
    context.exit(0 if all(result.passed for result in results) else 1)


def _agreement(context: click.Context, path: Path) -> Agreement:
    try:
        loaded = read(path)
    except OSError as error:
        _unreadable(context, path, error)
    if loaded.agreement is None:
        print_issues(list(loaded.issues), 1)
        context.exit(UNREADABLE)
    return loaded.agreement


def _cases(context: click.Context, law: Agreement, files: tuple[Path, ...], path: Path) -> tuple[Case, ...]:
    if not files:
        click.secho(f"{path.parent / 'tests'}: there are no tests here; write tests/*.yaml", fg="red", err=True)
        context.exit(UNREADABLE)
    loaded: list[LoadedCases] = []
    for file in files:
        try:
            loaded.append(read_cases(file, law))
        except OSError as error:
            _unreadable(context, file, error)
    issues: list[Issue] = [issue for each in loaded for issue in each.issues]
    if issues:
        print_issues(issues, len(files))
    if any(issue.level is Level.ERROR for issue in issues):
        context.exit(UNREADABLE)
    return tuple(case for each in loaded for case in each.cases)


def _unreadable(context: click.Context, path: Path, error: OSError) -> NoReturn:
    click.secho(f"{path}: cannot be read: {error.strerror or error}", fg="red", err=True)
    context.exit(UNREADABLE)


def _results(cases: tuple[Case, ...], law: Agreement, *, live_only: bool) -> Iterator[Result]:
    batch: Sequence[Outcome | None] = [None] * len(cases) if live_only else _in_batch(cases, law)
    for case, outcome in zip(cases, batch, strict=True):
        failed = mismatches(case, live_outcome(case, law))
        if outcome is None:
            yield Result(case, failed, None)
        else:
            yield Result(case, failed, mismatches(case, outcome), frozenset(outcome))


def _in_batch(cases: tuple[Case, ...], law: Agreement) -> tuple[Outcome, ...]:
    with DuckDB(threads=1) as engine:
        return batch_outcomes(cases, law, engine)
