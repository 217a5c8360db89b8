"""What no template, script or vendored file may do; it covers the templates of every app."""

import hashlib
import re
from pathlib import Path

import pytest
from django.template import Template
from django.template.loader import get_template

SERVER = Path(__file__).parents[3] / "src/accord/server"
UI = SERVER / "ui"
VENDOR = UI / "static/vendor"
TEMPLATES = sorted(path for path in SERVER.rglob("templates/**/*.html"))
TEXTS = [*TEMPLATES, *sorted((UI / "templatetags").glob("*.py"))]
OWN_FILES = sorted((UI / "static/accord").iterdir())
FORBIDDEN = {
    "style attribute": r"\sstyle\s*=",
    "style element": r"<style",
    "inline script": r"<script(?![^>]*\ssrc=)(?![^>]*application/json)",
    "event handler": r"<[^>]*\son[a-z]+\s*=",
    "htmx event handler": r"\shx-on",
    "evaluated htmx value": r"hx-(vals|headers)\s*=\s*[\"']?\s*(js|javascript):",
    "javascript address": r"javascript:",
    "foreign address": r"(src|href)=[\"'](https?:)?//",
}


def _name(path: Path) -> str:
    return path.relative_to(SERVER).as_posix()


@pytest.mark.parametrize("path", TEXTS, ids=_name)
def test_a_template_holds_nothing_that_the_content_security_policy_refuses(path: Path):
    text = path.read_text("utf-8")
    assert [what for what, pattern in FORBIDDEN.items() if re.search(pattern, text, re.IGNORECASE)] == []


@pytest.mark.parametrize(
    "bad",
    [
        '<p style="color:red">',
        "<style>p{}</style>",
        "<script>alert(1)</script>",
        '<a onclick="x()">',
        '<a hx-on:click="x()">',
        """<a hx-vals='js:{a: 1}'>""",
        '<a href="javascript:x()">',
        '<script src="https://cdn.example/x.js"></script>',
    ],
)
def test_each_forbidden_thing_would_be_found(bad: str):
    assert any(re.search(pattern, bad, re.IGNORECASE) for pattern in FORBIDDEN.values())


@pytest.mark.parametrize("path", TEMPLATES, ids=_name)
def test_a_template_compiles(path: Path):
    name = path.as_posix().rsplit("/templates/", 1)[1]
    found = get_template(name)
    assert Path(found.origin.name).samefile(path), f"another template of the name {name} stands before it"
    assert isinstance(found.template, Template)


def test_the_sprite_has_every_icon_that_the_list_names_and_no_other():
    wanted = {line for line in (UI / "icons.txt").read_text("utf-8").splitlines() if line and not line.startswith("#")}
    drawn = set(re.findall(r'<symbol id="([a-z0-9-]+)"', (VENDOR / "icons/icons.svg").read_text("utf-8")))
    assert drawn == wanted


def test_every_icon_that_a_template_or_the_navigation_uses_is_in_the_sprite():
    drawn = set(re.findall(r'<symbol id="([a-z0-9-]+)"', (VENDOR / "icons/icons.svg").read_text("utf-8")))
    used: dict[str, str] = {}
    patterns = (
        r'{%\s*icon\s+"([^"]+)"',
        r'{%\s*empty_state\s+"([^"]+)"',
        r'{%\s*pill\s+\S+\s+"\w+"\s+"([^"]+)"',
        r'(?:icon_name|action_icon)="([^"]+)"',
    )
    for path in TEMPLATES:
        for pattern in patterns:
            used |= dict.fromkeys(re.findall(pattern, path.read_text("utf-8")), _name(path))
    used |= dict.fromkeys(re.findall(r'Entry\("[^"]+", "[^"]+", "([^"]+)"', (UI / "nav.py").read_text("utf-8")), "nav")
    assert len(used) > 10
    assert {name: where for name, where in used.items() if name not in drawn} == {}


def test_the_vendored_files_are_the_ones_that_were_summed():
    listed = dict(
        reversed(line.split("  ", 1))
        for line in re.findall(r"^[0-9a-f]{64}  .+$", (VENDOR / "VENDORED.md").read_text("utf-8"), re.MULTILINE)
    )
    present = {
        path.relative_to(VENDOR).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in VENDOR.rglob("*")
        if path.is_file() and path.name != "VENDORED.md"
    }
    assert present == listed


def test_every_vendored_folder_has_its_licence():
    assert {folder.name for folder in VENDOR.iterdir() if folder.is_dir()} == {"htmx", "icons", "inter", "tabler"}
    assert all((folder / "LICENSE").read_text("utf-8").strip() for folder in VENDOR.iterdir() if folder.is_dir())


@pytest.mark.parametrize("path", OWN_FILES, ids=lambda path: path.name)
def test_an_own_static_file_is_small_and_reaches_no_other_host(path: Path):
    text = path.read_text("utf-8")
    assert len(text.splitlines()) <= 400
    assert re.findall(r"https?://(?!www\.w3\.org/)", text) == []
    assert not re.search(r"\beval\(|new Function|innerHTML|insertAdjacentHTML", text)


def test_every_file_that_a_style_sheet_names_is_there():
    for sheet in (UI / "static/accord").glob("*.css"):
        for address in re.findall(r'url\("([^"]+)"\)', sheet.read_text("utf-8")):
            assert (sheet.parent / address).resolve().is_file(), f"{sheet.name}: {address}"
