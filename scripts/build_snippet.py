"""Make the browser snippet: the files of ``snippet/`` become ``snippet/accord.min.js``, which is what is served.

Only a maintainer runs this, after changing the snippet; it needs ``npm``. What it writes is committed, so that
installing and serving need neither npm nor a network. It begins with the digest of its sources, which a test compares,
so that nobody forgets. ``--check`` writes nothing and fails where the committed file is not what it would write.
"""

import argparse
import gzip
import hashlib
import subprocess
import sys
import tempfile
from pathlib import Path

SNIPPET = Path(__file__).resolve().parents[1] / "src/accord/server/tracking/snippet"
TARGET = SNIPPET / "accord.min.js"
PINS = ("esbuild@0.28.2", "terser@5.51.2")
BUNDLE = ("--bundle", "--format=iife", "--target=es2018", "--log-level=warning")
SMALLER = ("--ecma", "2018", "--toplevel", "--mangle", "--compress", "passes=4,unsafe=true,unsafe_arrows=true")


def main() -> int:
    """Write or compare the file, say how large it is, and return the exit code."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--check", action="store_true", help="compare with what is committed and write nothing")
    check: bool = parser.parse_args().check
    made = f"/*{digest(SNIPPET)}*/{bundle(SNIPPET / 'accord.js')}\n".encode()
    size = len(gzip.compress(made, 9, mtime=0))
    if check:
        same = TARGET.exists() and TARGET.read_bytes() == made
        sys.stdout.write(f"{TARGET.name} is {'' if same else 'not '}what its sources give: {size} bytes, gzipped\n")
        return 0 if same else 1
    TARGET.write_bytes(made)
    sys.stdout.write(f"{TARGET.name}: {len(made)} bytes, {size} gzipped\n")
    return 0


def digest(folder: Path) -> str:
    """Return what the small file says of its sources at its beginning."""
    sources = sorted(set(folder.glob("*.js")) - {folder / TARGET.name})
    return hashlib.sha256(b"".join(source.read_bytes() for source in sources)).hexdigest()[:8]


def bundle(entry: Path) -> str:
    """Return a script and all that it imports as one, without what only people need.

    Raises:
        SystemExit: npm, esbuild or terser failed.
    """
    with tempfile.TemporaryDirectory() as folder:
        (Path(folder) / "package.json").write_text('{"private": true}', "utf-8")
        run(folder, "npm", "install", "--no-audit", "--no-fund", "--ignore-scripts", *PINS)
        tools, whole = f"{folder}/node_modules/.bin", f"{folder}/whole.js"
        run(folder, f"{tools}/esbuild", str(entry), *BUNDLE, f"--outfile={whole}")
        return run(folder, f"{tools}/terser", whole, *SMALLER).strip()


def run(folder: str, *command: str) -> str:
    """Return what a command writes.

    Raises:
        SystemExit: It failed.
    """
    done = subprocess.run(command, cwd=folder, check=False, stdout=subprocess.PIPE, encoding="utf-8")  # noqa: S603 - pins above
    if done.returncode:
        raise SystemExit(f"{command[0]} failed")
    return done.stdout


if __name__ == "__main__":
    raise SystemExit(main())
