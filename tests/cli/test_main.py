"""The command line as a whole: quick to say what it can do, and one line for what is known to be wrong."""

import os
import subprocess
import sys

import click
import pytest
from click.testing import CliRunner

from accord.cli import COMMANDS, _Commands, main
from accord.cli.errors import EXIT_CODES, exit_code
from accord.errors import AccordError

HEAVY = ("django", "duckdb", "pyarrow", "numpy", "pandas", "sqlglot", "pydantic", "psycopg", "procrastinate", "rich")


def run(*arguments, **environment):
    return subprocess.run(
        [sys.executable, *arguments], env={**os.environ, **environment}, capture_output=True, text=True, timeout=60
    )


def test_help_imports_nothing_heavy():
    code = "import sys\nfrom accord.cli import main\ntry:\n    main(['--help'])\nfinally:\n    print(*sys.modules)"
    loaded = set(run("-c", code).stdout.split())
    assert "click" in loaded
    assert sorted(loaded & set(HEAVY)) == []


def test_help_names_every_command_with_what_it_is_for():
    said = CliRunner().invoke(main, ["--help"]).output
    for name, entry in COMMANDS.items():
        assert f"  {name} " in said
        assert entry.help in said


@pytest.mark.parametrize("name", sorted(COMMANDS))
def test_the_table_and_the_command_say_the_same(name):
    command = main.get_command(click.Context(main), name)
    assert command is not None
    assert command.name == name
    assert command.get_short_help_str(limit=100).rstrip(".") == COMMANDS[name].help


@pytest.mark.parametrize("name", sorted(COMMANDS))
def test_every_command_explains_itself_without_starting_anything(name, tmp_path):
    asked = run("-m", "accord", name, "--help", ACCORD_HOME=str(tmp_path / "home"), DATABASE_URL="")
    assert asked.returncode == 0, asked.stderr
    assert asked.stdout.startswith(f"Usage: accord {name}")
    assert not (tmp_path / "home").exists()


def test_the_version_is_that_of_the_package():
    assert CliRunner().invoke(main, ["--version"]).output == "accord 0.1.0\n"


def test_an_unknown_command_is_misuse():
    found = CliRunner().invoke(main, ["nothing"])
    assert found.exit_code == 2
    assert "No such command 'nothing'" in found.output


@pytest.fixture
def raising(monkeypatch):
    """A command that raises what it is told to."""

    def made(error):
        @click.command()
        def command():
            raise error

        monkeypatch.setattr(_Commands, "get_command", lambda *_: command)
        return CliRunner().invoke(main, ["check"])

    return made


def test_a_known_error_is_one_line_and_the_exit_code_of_its_family(raising):
    error = AccordError("agreement.unknown_field", "unknown\nfield", at="a.yaml:3", hint="did you mean 'x'?")
    ended = raising(error)
    assert ended.stderr == "error: a.yaml:3: unknown field; did you mean 'x'?\n"
    assert ended.stdout == ""
    assert ended.exit_code == EXIT_CODES["agreement"] == 3


def test_a_known_error_of_no_listed_family_is_a_plain_failure(raising):
    assert raising(AccordError("lead.unknown", "no such lead")).exit_code == exit_code("lead.unknown") == 1


def test_an_unknown_error_keeps_its_traceback(raising):
    ended = raising(ZeroDivisionError("by nought"))
    assert isinstance(ended.exception, ZeroDivisionError)


def test_an_interrupt_ends_as_shells_expect(raising):
    assert raising(KeyboardInterrupt()).exit_code == 130


def test_a_question_answered_with_no_is_a_failure(raising):
    assert raising(click.Abort()).exit_code == 1


def test_the_exit_code_that_a_command_chooses_is_kept(monkeypatch):
    command = click.Command("choose", callback=lambda: click.get_current_context().exit(7))
    monkeypatch.setattr(_Commands, "get_command", lambda *_: command)
    assert CliRunner().invoke(main, ["choose"]).exit_code == 7


def test_an_error_is_red_where_there_is_colour(raising, monkeypatch):
    monkeypatch.setattr(
        CliRunner, "invoke", lambda self, *args, **kwargs: _INVOKE(self, *args, **{**kwargs, "color": True})
    )
    assert raising(AccordError("x.y", "wrong")).stderr == "\x1b[31merror: wrong\x1b[0m\n"


_INVOKE = CliRunner.invoke
