"""Fetch the pinned browser packages and lay the few files we serve into the shell's ``static/vendor``.

Only a maintainer runs this, after changing a pin here or the list in ``ui/icons.txt``; it needs ``npm``. What it writes
is committed, so that installing and serving need neither npm nor a network. ``--check`` fetches into a temporary folder
and fails where the committed files differ from what the pins give.
"""

import argparse
import filecmp
import hashlib
import json
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import NamedTuple

UI = Path(__file__).resolve().parents[1] / "src/accord/server/ui"
VENDOR = UI / "static/vendor"
ICONS = UI / "icons.txt"

TABLER_NOTICE = """\
@tabler/core is MIT licensed, as its files and its package say: Copyright 2018-2026 The Tabler Authors,
Copyright 2018-2026 codecalm.net Paweł Kuna. tabler.min.css and tabler.min.js also contain parts of Bootstrap and of
Popper, whose MIT licences follow after the text that covers all three.

"""


class Package(NamedTuple):
    """One npm package: its pin, the licence we accepted, and which files go where."""

    name: str
    version: str
    licence: str
    files: dict[str, str]


PACKAGES = (
    Package(
        "@tabler/core",
        "1.6.1",
        "MIT",
        {"dist/css/tabler.min.css": "tabler/tabler.min.css", "dist/js/tabler.min.js": "tabler/tabler.min.js"},
    ),
    Package("htmx.org", "2.0.11", "0BSD", {"dist/htmx.min.js": "htmx/htmx.min.js", "LICENSE": "htmx/LICENSE"}),
    Package(
        "@fontsource-variable/inter",
        "5.3.0",
        "OFL-1.1",
        {
            "files/inter-latin-wght-normal.woff2": "inter/inter-latin-wght-normal.woff2",
            "files/inter-latin-ext-wght-normal.woff2": "inter/inter-latin-ext-wght-normal.woff2",
            "LICENSE": "inter/LICENSE",
        },
    ),
    Package("@tabler/icons", "3.51.0", "MIT", {"LICENSE": "icons/LICENSE"}),
    # Only for their licence texts: both are inside tabler.min.js, whose package carries no licence file.
    Package("bootstrap", "5.3.8", "MIT", {}),
    Package("@popperjs/core", "2.11.8", "MIT", {}),
)


def main() -> int:
    """Fetch everything, write or compare ``static/vendor``, and return the exit code."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--check", action="store_true", help="compare with what is committed and write nothing")
    check: bool = parser.parse_args().check
    with tempfile.TemporaryDirectory() as folder:
        modules = fetch(Path(folder))
        out = Path(folder) / "vendor"
        lay_out(modules, out)
        if check:
            changed = sorted(differences(out, VENDOR))
            sys.stdout.write(
                "".join(f"differs: {name}\n" for name in changed) or "static/vendor is what the pins give\n"
            )
            return 1 if changed else 0
        shutil.rmtree(VENDOR, ignore_errors=True)
        shutil.copytree(out, VENDOR)
    sys.stdout.write((VENDOR / "VENDORED.md").read_text("utf-8"))
    return 0


def fetch(folder: Path) -> Path:
    """Install the pinned packages under ``folder`` without running their scripts, and return ``node_modules``.

    Raises:
        SystemExit: npm failed, or a package's version or licence is not the one written here.
    """
    (folder / "package.json").write_text('{"private": true}', "utf-8")
    pins = [f"{package.name}@{package.version}" for package in PACKAGES]
    command = ["npm", "install", "--ignore-scripts", "--no-audit", "--no-fund", "--save-exact", *pins]
    if subprocess.run(command, cwd=folder, check=False, stdout=subprocess.DEVNULL).returncode:  # noqa: S603 - pins above
        raise SystemExit("npm could not install: " + ", ".join(pins))
    modules = folder / "node_modules"
    for package in PACKAGES:
        said = json.loads((modules / package.name / "package.json").read_text("utf-8"))
        found = (said["version"], said["license"])
        if found != (package.version, package.licence):
            raise SystemExit(f"{package.name}: expected {package.version} under {package.licence}, found {found}")
    return modules


def lay_out(modules: Path, out: Path) -> None:
    """Write the files we serve, their licences, the icon sprite and ``VENDORED.md`` under ``out``."""
    for package in PACKAGES:
        for source, target in package.files.items():
            destination = out / target
            destination.parent.mkdir(parents=True, exist_ok=True)
            destination.write_bytes(without_source_map(modules / package.name / source))
    bootstrap = (modules / "bootstrap/LICENSE").read_text("utf-8")
    popper = (modules / "@popperjs/core/LICENSE.md").read_text("utf-8")
    notice = f"{TABLER_NOTICE}Bootstrap\n---------\n{bootstrap}\nPopper\n------\n{popper}"
    (out / "tabler/LICENSE").write_text(notice, "utf-8")
    names = [line for line in ICONS.read_text("utf-8").splitlines() if line and not line.startswith("#")]
    (out / "icons/icons.svg").write_text(sprite(modules / "@tabler/icons/icons/outline", names), "utf-8")
    (out / "VENDORED.md").write_text(versions(out), "utf-8")


def without_source_map(path: Path) -> bytes:
    """Return the file's bytes without its source map comment, which the manifest storage would try to resolve."""
    content = path.read_bytes()
    if path.suffix not in {".js", ".css"}:
        return content
    return re.sub(rb"\n?(//# sourceMappingURL=\S+|/\*# sourceMappingURL=\S+ \*/)\s*$", b"\n", content)


def sprite(folder: Path, names: Iterable[str]) -> str:
    """Return one SVG with a ``<symbol>`` for each name, in alphabetical order.

    Raises:
        SystemExit: An icon of that name does not exist.
    """
    symbols = []
    for name in sorted(set(names)):
        path = folder / f"{name}.svg"
        if not path.exists():
            raise SystemExit(f"{ICONS.name}: there is no outline icon {name!r}")
        body = path.read_text("utf-8").split(">", 1)[1].rsplit("</svg>", 1)[0]
        shapes = [line.strip() for line in body.splitlines() if line.strip() and "M0 0h24v24H0z" not in line]
        symbols.append(f'<symbol id="{name}" viewBox="0 0 24 24">{"".join(shapes)}</symbol>')
    return '<svg xmlns="http://www.w3.org/2000/svg">\n' + "\n".join(symbols) + "\n</svg>\n"


def versions(out: Path) -> str:
    """Return the page that lists every package and the SHA-256 of every file under ``out``."""
    rows = "\n".join(f"| {package.name} | {package.version} | {package.licence} |" for package in PACKAGES)
    sums = "\n".join(
        f"{hashlib.sha256(path.read_bytes()).hexdigest()}  {path.relative_to(out).as_posix()}" for path in walk(out)
    )
    return (
        "# Vendored browser files\n\nWritten by `scripts/vendor.py`; change the pins there, never these files. "
        "Source map comments are removed, nothing else is altered.\n\n"
        f"| Package | Version | Licence |\n| --- | --- | --- |\n{rows}\n\n```sha256\n{sums}\n```\n"
    )


def walk(folder: Path) -> Iterator[Path]:
    """Yield the files under ``folder`` in order of their paths."""
    return (path for path in sorted(folder.rglob("*")) if path.is_file())


def differences(new: Path, old: Path) -> set[str]:
    """Return the relative paths that are in only one of two folders or have other content."""
    ours = {path.relative_to(new).as_posix() for path in walk(new)}
    theirs = {path.relative_to(old).as_posix() for path in walk(old)} if old.exists() else set()
    same, _, _ = filecmp.cmpfiles(new, old, ours & theirs, shallow=False)
    return (ours | theirs) - set(same)


if __name__ == "__main__":
    raise SystemExit(main())
