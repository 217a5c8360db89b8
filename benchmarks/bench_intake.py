"""From a message that was acknowledged to a lead that sales has: how long it takes while other messages stream in.

    bench_intake.py [--rate 500] [--seconds 20] [--share 2]

A small demo company is served by web and worker processes as in production, on this machine, which the load generator
and PostgreSQL share. Of every hundred messages, ``--share`` are of somebody new who tells who they are and asks for a
demo; the others are page views of anonymous visitors. Times are by the clock of the database machine: from the arrival
of the request for a demo to the stage change and to the offer. The peer is the same stream without the page views.
"""

import argparse
import base64
import contextlib
import http.client
import json
import os
import socket
import statistics
import subprocess
import sys
import tempfile
import threading
import time
import zlib
from pathlib import Path

import psycopg

from accord.server.embedded import EmbeddedPostgres

ACCORD = str(Path(sys.executable).with_name("accord"))
BATCH = 10
SENDERS = 4
VISITORS = 2000
FIREFOX = "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:142.0) Gecko/20100101 Firefox/142.0"
FOUND = """
SELECT extract(epoch FROM change.at - asked.received_at), extract(epoch FROM offer.offered_at - asked.received_at)
FROM people_touchpoint AS asked
JOIN people_person AS person ON person.id = asked.person_id AND person.email_key LIKE %s
LEFT JOIN pipeline_lead AS lead ON lead.person_id = person.id
LEFT JOIN LATERAL (
    SELECT at FROM pipeline_stagechange WHERE lead_id = lead.id AND from_stage <> '' ORDER BY at LIMIT 1
) AS change ON TRUE
LEFT JOIN handoffs_offer AS offer ON offer.lead_id = lead.id
WHERE asked.event = 'form_submitted'
"""


def page_view(run: str, number: int) -> dict[str, object]:
    page = {"path": f"/p{number % 40}", "url": f"https://northwind.example/p{number % 40}", "referrer": ""}
    return {
        "type": "page",
        "messageId": f"{run}-{number}",
        "anonymousId": f"{run}-v{number % VISITORS}",
        "context": {"page": page, "userAgent": FIREFOX},
    }


def demo_request(run: str, number: int) -> list[dict[str, object]]:
    who = f"{run}-n{number}"
    company = {"name": f"Company {who}", "employees": 900, "country": "DE", "industry": "manufacturing"}
    traits = {
        "email": f"{who}@bench.example",
        "name": f"Person {number}",
        "phone": f"+49 89 {zlib.crc32(who.encode()):010}",  # shared, it would make one person of them all
        "title": "Head of Production",
        "seniority": "director",
        "company": company,
    }
    context = {"userAgent": FIREFOX}
    told = {"type": "identify", "messageId": f"{who}-i", "anonymousId": who, "traits": traits, "context": context}
    form = {
        "type": "track",
        "event": "Form Submitted",
        "messageId": f"{who}-f",
        "anonymousId": who,
        "properties": {"form": "demo"},
        "context": context,
    }
    return [told, form]


def send(port: int, key: str, run: str, rate: float, seconds: float, share: float, refused: list[int]) -> None:
    """Send batches at a steady rate, for a while."""
    token = base64.b64encode(f"{key}:".encode()).decode()
    headers = {"Authorization": f"Basic {token}", "Content-Type": "application/json"}
    client = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    begin, number = time.perf_counter(), 0
    while (now := time.perf_counter() - begin) < seconds:
        due = range(number, min(int(now * rate), number + BATCH))
        if not due:
            time.sleep(0.002)
            continue
        number = due.stop
        messages: list[dict[str, object]] = []
        for each in due:
            asks = int((each + 1) * share / 100) > int(each * share / 100)
            messages += demo_request(run, each) if asks else [page_view(run, each)]
        client.request("POST", "/v1/batch", json.dumps({"batch": messages}), headers)
        answer = client.getresponse()
        answer.read()
        if answer.status != http.client.OK:
            refused.append(answer.status)
    client.close()


def measured(port: int, key: str, url: str, name: str, rate: float, seconds: float, share: float) -> None:
    """Send a stream, wait until all of it has been taken in and offered, and print how long that took."""
    run, refused = f"{name[:2]}{os.getpid()}", list[int]()
    senders = [
        threading.Thread(target=send, args=(port, key, f"{run}-{each}", rate / SENDERS, seconds, share, refused))
        for each in range(SENDERS)
    ]
    for sender in senders:
        sender.start()
    for sender in senders:
        sender.join()
    end = time.perf_counter()
    with psycopg.connect(url, autocommit=True) as connection:
        while time.perf_counter() - end < 120:
            rows = connection.execute(FOUND, [f"{run}%"]).fetchall()
            pending = connection.execute("SELECT count(*) FROM tracking_pending").fetchone()
            if pending == (0,) and rows and all(offered is not None for _, offered in rows):
                break
            time.sleep(0.2)
    behind = time.perf_counter() - end
    line = f"{name:>14}{rate:>8.0f}/s{len(rows):>7} asked"
    for title, place in (("judged", 0), ("offered", 1)):
        times = sorted(float(row[place]) for row in rows if row[place] is not None)
        cuts = statistics.quantiles(times, n=100) if len(times) > 1 else [float("nan")] * 99
        line += f"   {title} {len(times)}: p50 {cuts[49]:.2f} s, p99 {cuts[98]:.2f} s"
    print(f"{line}   all done {behind:.1f} s after the last   refused {len(refused)}", flush=True)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rate", type=float, default=500)
    parser.add_argument("--seconds", type=float, default=20)
    parser.add_argument("--share", type=float, default=2)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as home, socket.socket() as door:
        door.bind(("127.0.0.1", 0))
        port = door.getsockname()[1]
        door.close()
        env = {**os.environ, "ACCORD_HOME": home}
        demo = [ACCORD, "demo", "--leads", "40", "--days", "30", "--port", str(port)]
        serving = subprocess.Popen(demo, env=env, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        try:
            for _ in range(1200):
                with contextlib.suppress(OSError, http.client.HTTPException):
                    client = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
                    client.request("POST", "/v1/track", "{}")
                    client.getresponse().read()
                    break
                time.sleep(0.2)
            add = [ACCORD, "source", "add", "bench", "--kind", "browser", "--json"]
            key = json.loads(subprocess.run(add, env=env, check=True, stdout=subprocess.PIPE).stdout)["write_key"]
            url = EmbeddedPostgres(Path(home) / "postgres").url()
            alone = given.rate * given.share / 100
            measured(port, key, url, "just started", alone, given.seconds, 100)
            measured(port, key, url, "alone", alone, given.seconds, 100)
            measured(port, key, url, "in the stream", given.rate, given.seconds, given.share)
        finally:
            serving.terminate()
            serving.wait()


if __name__ == "__main__":
    main()
