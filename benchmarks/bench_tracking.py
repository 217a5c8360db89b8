"""Requests and events a second that are safe on disk when they are answered, beside a plain view and beside nothing.

All in one run on the same machine, which the load generator (wrk) and PostgreSQL share: read the ratios. PostgreSQL is
the embedded one with its usual settings: it waits for the disk. Without wrk this says so and ends.
"""

import base64
import contextlib
import http.client
import json
import os
import re
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import psycopg

from accord.server.embedded import EmbeddedPostgres

HERE = Path(__file__).parent
SECONDS = int(os.environ.get("ACCORD_BENCH_SECONDS", "6"))
CONNECTIONS = 128
BATCH = 50
COPY_ROWS = 200_000
EVENT = (
    '{"type":"track","event":"Page looked at","userId":"u%d","messageId":"%s-%d",'
    '"timestamp":"2026-11-20T10:00:00.000Z",'
    '"context":{"ip":"203.0.113.9","userAgent":"Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36"},'
    '"properties":{"path":"/pricing","title":"Prices","plan":"team","seats":12,"referrer":"https://www.example.com/"}}'
)
LUA = """
local event = '%s'
local salt, n = tostring(os.time()) .. math.random(1e9), 0
wrk.method = "POST"
wrk.headers["Authorization"] = "Basic %s"
wrk.headers["Content-Type"] = "application/json"
local function one() n = n + 1; return string.format(event, n, salt, n) end
request = function()
  if %d == 1 then return wrk.format(nil, "/v1/track", nil, one()) end
  local all = {}
  for i = 1, %d do all[i] = one() end
  return wrk.format(nil, "/v1/batch", nil, '{"batch":[' .. table.concat(all, ",") .. ']}')
end
"""


def free_port() -> int:
    with socket.socket() as door:
        door.bind(("127.0.0.1", 0))
        return door.getsockname()[1]


@contextlib.contextmanager
def serving(command: list[str], port: int, env: dict[str, str]) -> Iterator[None]:
    # The plain view reports each request that wrk breaks off at its end.
    process = subprocess.Popen(command, env=env, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        for _ in range(300):
            # Any answer will do: a process may listen before it answers.
            with contextlib.suppress(OSError, http.client.HTTPException):
                client = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
                client.request("POST", "/v1/track", "{}")
                client.getresponse().read()
                client.close()
                break
            time.sleep(0.1)
        yield
    finally:
        process.terminate()
        process.wait()


def load(port: int, key: str, batch: int, folder: Path) -> tuple[float, str, str, int]:
    """Return requests a second, median, 99th percentile, and answers that were not 200."""
    script = folder / "load.lua"
    script.write_text(LUA % (EVENT, base64.b64encode(f"{key}:".encode()).decode(), batch, batch))
    connections = CONNECTIONS if batch == 1 else 16
    command = ["wrk", "-t1", f"-c{connections}", f"-d{SECONDS}s", "--timeout", "10s", "--latency", "-s", str(script)]
    said = subprocess.run([*command, f"http://127.0.0.1:{port}"], capture_output=True, text=True, check=True).stdout
    rate = float(re.search(r"Requests/sec:\s+([\d.]+)", said)[1])
    failed = re.search(r"Non-2xx or 3xx responses: (\d+)", said)
    return (
        rate,
        re.search(r"\n\s+50%\s+(\S+)", said)[1],
        re.search(r"\n\s+99%\s+(\S+)", said)[1],
        int(failed[1]) if failed else 0,
    )


def bare_copy(url: str) -> float:
    """Return rows a second of COPY straight into the log: no receipts, no pending rows, in one go."""
    body = EVENT % (1, "x", 1)
    row = "2026-11-20 10:00+00\t1\t2026-11-20 10:00+00\ttrack\tPage looked at\tx\t\tu\t\t203.0.113.0/24\t" + body + "\n"
    with psycopg.connect(url) as connection, connection.cursor() as cursor:
        began = time.perf_counter()
        columns = (
            "received_at, source_id, at, type, event, message_id, anonymous_id, user_id, user_agent, ip_prefix, body"
        )
        with cursor.copy(f"COPY tracking_message ({columns}) FROM STDIN") as copy:
            for _ in range(COPY_ROWS // 1000):
                copy.write(row.encode() * 1000)
        connection.commit()
        return COPY_ROWS / (time.perf_counter() - began)


def main() -> int:
    if shutil.which("wrk") is None:
        print("not run: wrk is not installed (apt-get install wrk)")
        return 0
    with tempfile.TemporaryDirectory(prefix="accord-bench-") as home:
        server = EmbeddedPostgres(Path(home) / "postgres")
        env = {**os.environ, "DATABASE_URL": server.join(), "ACCORD_HOME": home}
        try:
            measure(Path(home), env)
        finally:
            server.leave()
    return 0


def measure(home: Path, env: dict[str, str]) -> None:
    accord = [sys.executable, "-m", "accord"]
    subprocess.run([*accord, "migrate"], env=env, check=True, stdout=subprocess.DEVNULL)
    added = [*accord, "source", "add", "Bench", "--kind", "server", "--json"]
    key = json.loads(subprocess.run(added, env=env, check=True, capture_output=True).stdout)["write_key"]
    with psycopg.connect(env["DATABASE_URL"], autocommit=True) as connection:
        connection.execute(
            "CREATE TABLE plain_event (id bigint GENERATED BY DEFAULT AS IDENTITY PRIMARY KEY,"
            " message_id text UNIQUE NOT NULL, received_at timestamptz NOT NULL, body jsonb NOT NULL)"
        )
    # One process each, as accord web is one. Its pages have twelve threads, and so has gunicorn's gthread worker.
    uvicorn = [sys.executable, "-m", "uvicorn", "--app-dir", str(HERE), "--no-access-log", "--log-level", "warning"]
    gunicorn = [
        sys.executable,
        "-m",
        "gunicorn",
        "--pythonpath",
        str(HERE),
        "--workers",
        "1",
        "--log-level",
        "critical",
    ]
    plain = "tracking_plain:application"
    peers = {
        "ASGI hello, stores nothing": [*uvicorn, "--lifespan", "off", "tracking_hello:hello", "--port"],
        "Django, gunicorn sync": [*gunicorn, plain, "--bind"],
        "Django, gunicorn gthread 12": [*gunicorn, "--worker-class", "gthread", "--threads", "12", plain, "--bind"],
        "Accord's tracking API": [*accord, "web", "--port"],
    }
    for batch in (1, BATCH):
        print(f"\n{'single events' if batch == 1 else f'batches of {batch}'}, {SECONDS} s each")
        rates = {}
        for name, command in peers.items():
            port = free_port()
            where = f"127.0.0.1:{port}" if command[-1] == "--bind" else str(port)
            with serving([*command, where], port, env):
                rate, median, worst, failed = load(port, key, batch, home)
            rates[name] = rate
            events = f"{rate * batch:9,.0f} events/s" if batch > 1 else ""
            print(f"  {name:28} {rate:8,.0f} requests/s {events} p50 {median:>9} p99 {worst:>9}  not 200: {failed}")
        ours = rates.pop("Accord's tracking API")
        print("  Accord's beside", ", ".join(f"{name}: {ours / rate:.2f} times" for name, rate in rates.items()))
    print(f"\nbare COPY into the log: {bare_copy(env['DATABASE_URL']):,.0f} rows/s")


if __name__ == "__main__":
    sys.exit(main())
