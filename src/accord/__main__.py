"""``python -m accord``: the command line, by whatever Python runs it."""

from accord.cli import main

if __name__ == "__main__":
    main(prog_name="accord")
