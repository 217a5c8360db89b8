"""What the environment makes of the settings."""

import os
import subprocess
import sys
from pathlib import Path

PRINT_KEY = "from accord.server import settings; print(settings.SECRET_KEY)"


def key_of(home: Path) -> str:
    kept = {name: value for name, value in os.environ.items() if not name.startswith("ACCORD_")}
    made = subprocess.run(
        [sys.executable, "-c", PRINT_KEY],
        env={**kept, "ACCORD_HOME": str(home)},
        check=True,
        capture_output=True,
        text=True,
    )
    return made.stdout.strip()


def test_a_key_that_is_not_kept_cannot_be_guessed_from_the_folder(tmp_path: Path) -> None:
    assert key_of(tmp_path) != key_of(tmp_path)


def test_a_key_that_is_kept_is_the_same_for_every_process(tmp_path: Path) -> None:
    (tmp_path / "secret_key").write_text("kept\n")
    assert key_of(tmp_path) == "kept"
