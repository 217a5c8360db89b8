"""How long an import takes: leads and touchpoints from CSV, beside a bare COPY of the same file as the floor.

    python benchmarks/bench_import.py [--leads 100000] [--touchpoints 1000000]

Runs ``accord import`` and ``accord qualify`` as a user would, each as a process of its own on an embedded database in a
temporary folder, and prints seconds, rows per second, the ratio to the floor, and the most memory the process held.
"""

import argparse
import atexit
import json
import os
import random
import shutil
import subprocess
import sys
import tempfile
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

import psycopg

SEED = 20260302
ROOT = Path(__file__).parent.parent
AGREEMENT = ROOT / "tests" / "server" / "agreement.yaml"
LEADS_YAML = """\
accord_import: 1
kind: leads
id: lead_id
columns:
  lead.source: source
  lead.first_contact_at: first_seen
  person.email: email
  person.name: name
  person.phone: phone
  company.name: company
  company.domain: domain
  company.employees: employees
  company.country: country
"""
TOUCHPOINTS_YAML = """\
accord_import: 1
kind: touchpoints
id: event_id
columns:
  touchpoint.at: at
  touchpoint.event: event
  touchpoint.source: source
  person.email: email
  property.path: path
  property.form: form
"""
SOURCES = ("organic_search", "paid_search", "social", "email", "referral", "direct", "")
EVENTS = ("page_viewed",) * 8 + ("email_opened", "webinar_attended", "form_submitted")
PATHS = ("/", "/pricing", "/pricing/teams", "/blog/how-to", "/docs/start", "/contact")
START = datetime(2026, 1, 1, tzinfo=UTC)


def write_leads(path: Path, count: int) -> None:
    chance = random.Random(SEED)  # reproducible, not secret
    with path.open("w", encoding="utf-8") as file:
        file.write("lead_id,email,name,phone,company,domain,employees,country,source,first_seen\n")
        for number in range(count):
            firm = chance.randrange(max(count // 3, 1))
            at = START + timedelta(minutes=chance.randrange(400_000))
            file.write(
                f"L{number:07},Person.{number}@firm{firm}.example.com,Zoë Müller {number},+49 89 {number:07},"
                f'"Firm {firm}, Ltd.",firm{firm}.example.com,{firm % 3000 + 1},DE,'
                f"{chance.choice(SOURCES)},{at:%Y-%m-%d %H:%M:%S}\n"
            )


def write_touchpoints(path: Path, count: int, leads: Path) -> None:
    chance = random.Random(SEED + 1)  # reproducible, not secret
    emails = [line.split(",", 2)[1] for line in leads.read_text(encoding="utf-8").splitlines()[1:]]
    with path.open("w", encoding="utf-8") as file:
        file.write("event_id,at,event,source,email,path,form\n")
        for number in range(count):
            at = START + timedelta(seconds=chance.randrange(24_000_000))
            event = chance.choice(EVENTS)
            form = "demo" if event == "form_submitted" else ""
            file.write(
                f"T{number:09},{at:%Y-%m-%dT%H:%M:%SZ},{event},{chance.choice(SOURCES)},{chance.choice(emails)},"
                f"{chance.choice(PATHS)},{form}\n"
            )


def floor(url: str, path: Path) -> float:
    """Return the seconds of a bare COPY of the file into a table without any index."""
    header = path.open(encoding="utf-8").readline().strip().split(",")
    columns = ", ".join(f"{name} text" for name in header)
    with psycopg.connect(url) as connection:
        connection.execute(f"CREATE TABLE floor ({columns})")
        started = time.perf_counter()
        copying = connection.cursor().copy("COPY floor FROM STDIN WITH (FORMAT csv, HEADER)")
        with copying as copy, path.open("rb") as file:
            while block := file.read(1 << 18):
                copy.write(block)
        connection.commit()
        seconds = time.perf_counter() - started
        connection.execute("DROP TABLE floor")
    return seconds


def run(*arguments: str) -> tuple[dict[str, object], float, float]:
    """Run an accord command; return its JSON, its seconds, and its largest resident size in MB."""
    started = time.perf_counter()
    command = [str(Path(sys.executable).with_name("accord")), *arguments, "--json"]
    process = subprocess.Popen(command, stdout=subprocess.PIPE)
    output = process.stdout.read() if process.stdout else b""
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        sys.exit(f"{' '.join(command)} ended with {process.returncode}")
    return json.loads(output), time.perf_counter() - started, usage.ru_maxrss / 1024


def prepare() -> str:
    """Return the address of a migrated database with people and a signed agreement."""
    # Imported here: Django reads ACCORD_HOME when it is set up.
    from accord.cli.database import set_up_django, start_database  # noqa: PLC0415

    set_up_django()
    start_database()
    from django.core.management import call_command  # noqa: PLC0415

    call_command("migrate", verbosity=0)
    from accord.server.accounts.models import Role  # noqa: PLC0415
    from accord.server.accounts.services import create_user, join_team  # noqa: PLC0415
    from accord.server.agreements.services import propose, sign  # noqa: PLC0415

    at = datetime.now(UTC)
    mara = create_user("mara@bench.example.com", "Mara", Role.MARKETING)
    sellers = [create_user(f"s{n}@bench.example.com", f"Seller {n}", Role.SALES) for n in range(20)]
    for number, seller in enumerate(sellers):
        join_team(seller, "enterprise" if number % 4 == 0 else "field")
    revision = propose(AGREEMENT.read_text(encoding="utf-8"), AGREEMENT.name, reason="benchmark", by=mara, at=at)
    sign(revision.number, by=mara, at=at)
    sign(revision.number, by=sellers[0], at=at)
    return os.environ["DATABASE_URL"]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--leads", type=int, default=100_000)
    parser.add_argument("--touchpoints", type=int, default=1_000_000)
    parser.add_argument("--judge", action="store_true", help="also judge and offer what was imported")
    sizes = parser.parse_args()
    home = Path(tempfile.mkdtemp(prefix="accord-bench-"))
    atexit.register(shutil.rmtree, home, ignore_errors=True)  # after the database has left it
    home.chmod(0o711)
    os.environ["ACCORD_HOME"] = str(home / "var")
    os.environ.pop("DATABASE_URL", None)
    files = {"leads": home / "leads.csv", "touchpoints": home / "touchpoints.csv"}
    write_leads(files["leads"], sizes.leads)
    write_touchpoints(files["touchpoints"], sizes.touchpoints, files["leads"])
    url = prepare()
    total = 0.0
    print(f"{'file':<14}{'rows':>10}{'seconds':>9}{'rows/s':>9}{'floor s':>9}{'ratio':>7}{'MB':>6}")
    for kind, text in (("leads", LEADS_YAML), ("touchpoints", TOUCHPOINTS_YAML)):
        mapping = home / f"{kind}.yaml"
        mapping.write_text(text, encoding="utf-8")
        least = floor(url, files[kind])
        for again in ("", " again"):
            said, seconds, memory = run("import", kind, str(files[kind]), "--mapping", str(mapping), "--no-judge")
            rows = int(str(said["rows"]))
            assert said["unchanged" if again else "created"] == rows, said  # else the figure means nothing
            total += 0 if again else seconds
            print(
                f"{kind + again:<14}{rows:>10,}{seconds:>9.1f}{rows / seconds:>9,.0f}{least:>9.2f}"
                f"{seconds / least:>7.1f}{memory:>6.0f}"
            )
    print(f"both, the first time: {total:.1f} s")
    if sizes.judge:
        said, seconds, memory = run("qualify")
        print(f"qualify: {said} in {seconds:.1f} s, {memory:.0f} MB")


if __name__ == "__main__":
    main()
