"""Clients that mean harm, against the real process: what they send must cost only themselves."""

import socket
import urllib.request
from contextlib import ExitStack

WAITING = 30
"""More than there are threads that run Django."""


def host_of(served):
    host, port = served.address().removeprefix("http://").split(":")
    return host, int(port)


def head(served, *lines):
    return "\r\n".join(["POST /keep HTTP/1.1", f"Host: {host_of(served)[0]}", *lines, "", ""]).encode()


def first_line(connection):
    connection.settimeout(15)
    return connection.makefile("rb").readline()


def ping(served):
    with urllib.request.urlopen(f"{served.address()}/ping", timeout=10) as response:  # noqa: S310
        return response.status


def test_bodies_that_never_come_to_an_end_keep_nobody_else_waiting(served):
    """A thread that waits for a body serves nobody; as many slow clients as threads would stop everything."""
    with ExitStack() as open_ones:
        for _ in range(WAITING):
            slow = open_ones.enter_context(socket.create_connection(host_of(served)))
            slow.sendall(head(served, "Content-Length: 1000") + b"a=b")

        assert ping(served) == 200


def test_a_body_larger_than_any_form_is_refused_before_it_is_read(served):
    """Parsing it would fill the disk on behalf of somebody who is not even signed in."""
    with socket.create_connection(host_of(served)) as client:
        client.sendall(head(served, "Content-Length: 300000000"))
        assert first_line(client).startswith(b"HTTP/1.1 413")


def test_a_body_that_does_not_say_how_large_it_is_is_refused_once_it_is_too_large(served):
    chunk = b"10000\r\n" + b"a" * 0x10000 + b"\r\n"
    with socket.create_connection(host_of(served)) as client:
        client.sendall(head(served, "Transfer-Encoding: chunked") + chunk * 65 + b"10\r\n")
        assert first_line(client).startswith(b"HTTP/1.1 413")


def test_a_body_in_chunks_arrives_whole(served):
    with socket.create_connection(host_of(served)) as client:
        client.sendall(head(served, "Transfer-Encoding: chunked") + b"3\r\nabc\r\n2\r\nde\r\n0\r\n\r\n")
        assert first_line(client).startswith(b"HTTP/1.1 200")
    assert (served.home / "kept").read_bytes() == b"abcde"


def test_a_header_with_an_underscore_is_not_taken_for_the_one_with_a_hyphen(served):
    """WSGI has one name for both, and a proxy that removes the one that it sets itself leaves the other."""
    with socket.create_connection(host_of(served)) as client:
        client.sendall(f"GET /queue/ HTTP/1.1\r\nHost: {host_of(served)[0]}\r\nHX_Request: true\r\n\r\n".encode())
        assert first_line(client).startswith(b"HTTP/1.1 302"), "204 is what the script with HX-Request would get"
