"""Requests to addresses that people have entered: they go to the internet, and never into this network.

The name is asked for once, and the connection goes to the address that was looked at, so that a name server cannot
answer with a public address first and a private one afterwards. Redirects are answers like any other. What is asked
for is said in no error: an address may be a secret.
"""

import http.client
import ipaddress
import socket
import ssl
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from threading import Timer
from urllib.parse import SplitResult, urlsplit

from django.conf import settings

TIMEOUT_SECONDS = 10.0
"""How long the other side may take, from the first word to the last."""
MOST_BYTES = 64 * 1024
"""How much of an answer is read."""
TRANSLATED = ipaddress.IPv6Network("64:ff9b::/96")
"""Addresses of IPv6 that a translator turns into those of IPv4 (RFC 6052)."""


class ForbiddenAddressError(Exception):
    """An address to which nothing is sent."""


class NoAnswerError(Exception):
    """Nobody answered, or not in time, or not in HTTP."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What the other side said."""

    status: int
    headers: Mapping[str, str]
    text: str

    @property
    def is_good(self) -> bool:
        """Whether it took what it was sent."""
        return 200 <= self.status < 300


def check(url: str) -> SplitResult:
    """Return the parts of an address to which something may be sent, as far as it says so by itself.

    Raises:
        ForbiddenAddressError: It is no whole HTTPS address, holds a password, or names a private address.
    """
    try:
        parts = urlsplit(url)
        host, port = parts.hostname or "", parts.port
    except ValueError as error:
        raise ForbiddenAddressError("this is no address") from error
    allowed = {"https", "http"} if settings.ACCORD_PRIVATE_ADDRESSES else {"https"}
    if parts.scheme not in allowed or not host or port == 0 or not url.isascii() or not url.isprintable() or " " in url:
        raise ForbiddenAddressError("this is no whole address that begins with https://")
    if parts.username is not None or parts.password is not None:
        raise ForbiddenAddressError("an address with a password in it is not used")
    try:
        address = ipaddress.ip_address(host)
    except ValueError:
        return parts
    _must_be_public(address)
    return parts


def post(url: str, body: bytes, headers: Mapping[str, str]) -> Answer:
    """Send something to an address that somebody has entered, and return what comes back, whatever that is.

    Raises:
        ForbiddenAddressError: It lies in this network, or is no HTTPS.
        NoAnswerError: Nobody answered in time.
    """
    parts = check(url)
    path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    with _connected(parts) as connection:
        try:
            connection.request("POST", path, body, {**headers, "User-Agent": "Accord"})
            found = connection.getresponse()
            text = found.read(MOST_BYTES).decode("utf-8", "replace")
        except (OSError, http.client.HTTPException, AttributeError, ValueError) as error:
            # A socket that was closed at the deadline fails in any of these ways.
            raise NoAnswerError(f"{parts.hostname} did not answer: {type(error).__name__}") from None
        return Answer(found.status, {name.lower(): value for name, value in found.getheaders()}, text)


@contextmanager
def _connected(parts: SplitResult) -> Iterator[http.client.HTTPConnection]:
    """Yield a connection to the address that was looked at, which is cut when its time is over."""
    host, https = parts.hostname or "", parts.scheme == "https"
    port = parts.port or (443 if https else 80)
    try:
        line = _dial(host, port)
    except OSError as error:
        raise NoAnswerError(f"{host} cannot be reached: {error.strerror or type(error).__name__}") from None
    deadline = Timer(TIMEOUT_SECONDS, _cut, [line])
    deadline.daemon = True
    deadline.start()
    connection = http.client.HTTPConnection(parts.netloc, timeout=TIMEOUT_SECONDS)
    try:
        connection.sock = ssl.create_default_context().wrap_socket(line, server_hostname=host) if https else line
        yield connection
    except ssl.SSLError as error:
        raise NoAnswerError(f"{host} cannot prove who it is: {error.reason}") from None
    except OSError as error:
        raise NoAnswerError(f"{host} did not answer: {type(error).__name__}") from None
    finally:
        deadline.cancel()
        connection.close()
        line.close()


def _cut(line: socket.socket) -> None:
    try:
        line.shutdown(socket.SHUT_RDWR)
    except OSError:
        return  # it was over by itself


def _dial(host: str, port: int) -> socket.socket:
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    for *_, place in found:
        _must_be_public(ipaddress.ip_address(str(place[0]).partition("%")[0]))
    failure = OSError("it has no address")
    for family, kind, protocol, _, place in found:
        line = socket.socket(family, kind, protocol)
        line.settimeout(TIMEOUT_SECONDS)
        try:
            line.connect(place)
        except OSError as error:
            line.close()
            failure = error
        else:
            return line
    raise failure


def _inside(address: ipaddress.IPv6Address) -> ipaddress.IPv4Address | ipaddress.IPv6Address:
    """Return the IPv4 address to which an address of IPv6 leads, if it holds one."""
    if address in TRANSLATED:
        return ipaddress.IPv4Address(int(address) & 0xFFFFFFFF)
    return address.ipv4_mapped or address.sixtofour or address


def _must_be_public(address: ipaddress.IPv4Address | ipaddress.IPv6Address) -> None:
    inner = _inside(address) if address.version == 6 else address
    if not settings.ACCORD_PRIVATE_ADDRESSES and not (address.is_global and inner.is_global and not inner.is_multicast):
        raise ForbiddenAddressError("this address lies in a private network; ACCORD_PRIVATE_ADDRESSES=1 allows it")
