"""Submissions a second that are safe on disk, checked for spam and answered.

The load generator (wrk) and PostgreSQL share the machine. Senders have
20,000 addresses, so that none of them is a burst; those of the second round call themselves a robot. Without wrk this
says so and ends.
"""

import os
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

import psycopg
from bench_tracking import SECONDS, free_port, serving

from accord.server.embedded import EmbeddedPostgres

CONNECTIONS = 16
FIREFOX = "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:142.0) Gecko/20100101 Firefox/142.0"
LUA = """
local n, salt = 0, tostring(os.time()) .. math.random(1e9)
wrk.method = "POST"
wrk.headers["Content-Type"] = "application/x-www-form-urlencoded"
wrk.headers["User-Agent"] = "%s"
request = function()
  n = n + 1
  wrk.headers["X-Forwarded-For"] = "203." .. (n %% 100) .. "." .. (math.floor(n / 100) %% 200) .. ".7"
  return wrk.format(nil, "%s", nil, "name=Ada&email=u" .. n .. "x" .. salt .. "%%40a.example&company=A&note=Hi")
end
"""
FORM = """
import django
django.setup()
from dataclasses import replace
from django.utils import timezone
from accord.server.forms.editing import NEW, create
print(create(replace(NEW, name="Bench", event="demo"), by=None, at=timezone.now()).key)
"""


def load(port: int, path: str, agent: str, folder: Path) -> str:
    script = folder / "load.lua"
    script.write_text(LUA % (agent, path))
    command = ["wrk", "-t1", f"-c{CONNECTIONS}", f"-d{SECONDS}s", "--timeout", "10s", "--latency", "-s", str(script)]
    said = subprocess.run([*command, f"http://127.0.0.1:{port}"], capture_output=True, text=True, check=True).stdout
    rate = float(re.search(r"Requests/sec:\s+([\d.]+)", said)[1])
    median, worst = (re.search(rf"\n\s+{share}%\s+(\S+)", said)[1] for share in (50, 99))
    failed = re.search(r"Non-2xx or 3xx responses: (\d+)", said)
    return f"{rate:8,.0f} posts/s  p50 {median:>9} p99 {worst:>9}  refused: {failed[1] if failed else 0}"


def main() -> int:
    if shutil.which("wrk") is None:
        print("not run: wrk is not installed (apt-get install wrk)")
        return 0
    with tempfile.TemporaryDirectory(prefix="accord-bench-") as home:
        server = EmbeddedPostgres(Path(home) / "postgres")
        env = {**os.environ, "DATABASE_URL": server.join(), "ACCORD_HOME": home}
        env["DJANGO_SETTINGS_MODULE"] = "accord.server.settings"
        try:
            measure(Path(home), env)
        finally:
            server.leave()
    return 0


def measure(home: Path, env: dict[str, str]) -> None:
    accord = [sys.executable, "-m", "accord"]
    subprocess.run([*accord, "migrate"], env=env, check=True, stdout=subprocess.DEVNULL)
    made = subprocess.run([sys.executable, "-c", FORM], env=env, check=True, capture_output=True, text=True)
    path = f"/f/{made.stdout.strip()}"
    web = [*accord, "web", "--trust-proxy", "127.0.0.1"]
    for name, agent in (("Accord, taken in", FIREFOX), ("Accord, spam", "curl/8.1")):
        port = free_port()
        with serving([*web, "--port", str(port)], port, env):
            load(port, path, agent, home)  # the first posts read lists of agents and domains
            print(f"  {name:28} {load(port, path, agent, home)}")
    with psycopg.connect(env["DATABASE_URL"]) as connection:
        counts = dict(connection.execute("SELECT verdict, count(*) FROM forms_submission GROUP BY 1").fetchall())
        logged = connection.execute("SELECT count(*) FROM tracking_message").fetchone()[0]
    print(f"  kept: {counts}; in the log: {logged}")


if __name__ == "__main__":
    sys.exit(main())
