"""The snippet as it is served: how large it is, for how long it is kept, and that it is made of its source."""

import gzip
import hashlib

from tests.server.tracking.conftest import Api

from accord.server.tracking.front.script import FOLDER, PLAIN, TAG

MOST_BYTES = 4096


def test_the_snippet_is_small(api: Api) -> None:
    answer = api("accord.js", method="GET", key="", accept_encoding="br, gzip")
    assert answer.headers["content-encoding"] == "gzip"
    assert len(answer.body) <= MOST_BYTES
    assert gzip.decompress(answer.body) == PLAIN


def test_the_snippet_is_made_of_its_sources() -> None:
    """Whoever changes them runs scripts/build_snippet.py, which needs a network that a test has not."""
    sources = sorted(set(FOLDER.glob("*.js")) - {FOLDER / "accord.min.js"})
    digest = hashlib.sha256(b"".join(source.read_bytes() for source in sources)).hexdigest()
    assert PLAIN.startswith(f"/*{digest[:8]}*/".encode())


def test_who_cannot_unpack_gets_it_plain(api: Api) -> None:
    answer = api("accord.js", method="GET", key="")
    assert (answer.status, answer.body) == (200, PLAIN)
    assert "content-encoding" not in answer.headers
    assert answer.headers["vary"] == "accept-encoding"


def test_browsers_keep_it_and_ask_whether_it_has_changed(api: Api) -> None:
    first = api("accord.js", method="GET", key="", accept_encoding="gzip")
    assert first.headers["cache-control"].startswith("public, max-age=86400")
    for known in (first.headers["etag"], f'"other", W/{first.headers["etag"]}', "*"):
        again = api("accord.js", method="GET", key="", if_none_match=known)
        assert (again.status, again.body) == (304, b"")
        assert again.headers["etag"] == TAG.decode()
    assert api("accord.js", method="GET", key="", if_none_match='"other"').status == 200


def test_any_website_may_load_it_and_takes_it_for_a_script_only(api: Api) -> None:
    answer = api("accord.js", method="GET", key="", origin="https://www.northwind.example")
    assert answer.headers["access-control-allow-origin"] == "*"
    assert answer.headers["cross-origin-resource-policy"] == "cross-origin"
    assert answer.headers["content-type"] == "text/javascript; charset=utf-8"
    assert answer.headers["x-content-type-options"] == "nosniff"


def test_nobody_sends_messages_to_it(api: Api) -> None:
    assert api("accord.js", b"{}").status == 404
