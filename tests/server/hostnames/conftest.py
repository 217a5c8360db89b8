"""A name server on this machine."""

import socket
import threading
from collections.abc import Iterator
from typing import Any

import dns.flags
import dns.message
import dns.rcode
import dns.rdatatype
import dns.reversename
import dns.rrset
import pytest
from tests.server.intake.conftest import site  # noqa: F401  # a fixture


class NameServer:
    """Answers what it was told to answer, by UDP, as RFC 1035 has it; NXDOMAIN for the rest."""

    def __init__(self) -> None:
        self._socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self._socket.bind(("127.0.0.1", 0))
        self.address = "{}:{}".format(*self._socket.getsockname())
        self.records: dict[tuple[str, str], list[str]] = {}
        self.broken = False
        self.asked: list[str] = []
        self._thread = threading.Thread(target=self._serve, daemon=True)
        self._thread.start()

    def names(self, address: str, host: str, *, leads_to: str | None = None) -> None:
        """Give an address a name, which leads back to it or elsewhere."""
        kind = "AAAA" if ":" in address else "A"
        self.records.setdefault((str(dns.reversename.from_address(address)), "PTR"), []).append(f"{host}.")
        self.records[f"{host}.", kind] = [leads_to or address]

    def close(self) -> None:
        """Stop answering."""
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as last:
            last.sendto(b"", self._socket.getsockname())
        self._thread.join()
        self._socket.close()

    def _serve(self) -> None:
        while True:
            wire, sender = self._socket.recvfrom(4096)
            if not wire:
                return
            self._socket.sendto(self._answer(dns.message.from_wire(wire)).to_wire(), sender)

    def _answer(self, query: Any) -> Any:
        answer = dns.message.make_response(query, recursion_available=True)
        question = query.question[0]
        kind = dns.rdatatype.to_text(question.rdtype)
        self.asked.append(f"{question.name} {kind}")
        found = self.records.get((str(question.name), kind))
        if self.broken:
            answer.set_rcode(dns.rcode.SERVFAIL)
        elif found is None:
            answer.set_rcode(dns.rcode.NXDOMAIN)
        else:
            answer.answer.append(dns.rrset.from_text(question.name, 60, "IN", kind, *found))
        return answer


@pytest.fixture
def name_server(settings: Any) -> Iterator[NameServer]:
    """A name server, which is asked, since that is allowed."""
    server = NameServer()
    settings.ACCORD_REVERSE_DNS, settings.ACCORD_NAME_SERVER = True, server.address
    yield server
    server.close()
