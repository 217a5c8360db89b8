"""Whatever stands in a file: it comes through whole, or it is refused with a reason. A killed import leaves nothing."""

import json
import os
import signal
import subprocess
import sys
import time
import unicodedata
from collections.abc import Callable
from pathlib import Path

import psycopg
import pytest
from tests.server.capture.conftest import LEAD_COLUMNS, LEADS, Importer, counts, csv_text

from accord.server.capture.models import RefusedRow
from accord.server.people.models import Person, Touchpoint
from accord.server.pipeline.models import Lead

ROOT = Path(__file__).parents[3]


def kept(text: str) -> str:
    return unicodedata.normalize("NFC", text).strip()


@pytest.mark.shared_data
def test_naughty_strings_come_through_whole_or_are_refused(
    importer: Importer, shared_data: Callable[[str], Path]
) -> None:
    naughty = json.loads(shared_data("robustness/blns/blns.json").read_text(encoding="utf-8"))
    assert len(naughty) == 485
    nuls = [f"a\0b{text}" for text in naughty[:3]]
    texts = [*naughty, *nuls]
    result = importer.leads(*[{"id": f"L{n}", "name": text, "source": text} for n, text in enumerate(texts)])

    too_long = {n for n, text in enumerate(texts) if len(kept(text)) > 200}
    nul = set(range(len(naughty), len(texts)))
    assert set(RefusedRow.objects.values_list("row__0", "code")) == {
        *((f"L{n}", "import.too_long") for n in too_long),
        *((f"L{n}", "import.unprintable") for n in nul),
    }
    leads = {lead.external_id: lead for lead in Lead.objects.select_related("person")}
    assert len(leads) == len(texts) - len(too_long) - len(nul) == result.created
    for number, text in enumerate(texts):
        if (lead := leads.get(f"L{number}")) is not None:
            assert lead.source == lead.person.name == kept(text)


@pytest.mark.shared_data
def test_naughty_strings_come_through_as_properties(importer: Importer, shared_data: Callable[[str], Path]) -> None:
    naughty = json.loads(shared_data("robustness/blns/blns.json").read_text(encoding="utf-8"))
    importer.leads({"id": "L", "email": "a@b.example"})
    row = {"at": "2026-02-01", "event": "form_submitted", "lead": "L"}
    importer.touchpoints(*[{**row, "id": f"T{n}", "form": text} for n, text in enumerate(naughty)])
    found = {touch.message_id: touch.properties.get("form", "") for touch in Touchpoint.objects.all()}
    assert found == {f"T{n}": kept(text) for n, text in enumerate(naughty)}


@pytest.mark.shared_data
def test_naughty_strings_are_no_addresses_and_cost_only_their_rows(
    importer: Importer, shared_data: Callable[[str], Path]
) -> None:
    naughty = json.loads(shared_data("robustness/blns/blns.json").read_text(encoding="utf-8"))
    result = importer.leads(*[{"id": f"L{n}", "email": text} for n, text in enumerate(naughty)])
    empty = sum(not kept(text) for text in naughty)
    assert result.created + result.refused == len(naughty)
    assert Person.objects.filter(email_key=None).count() == empty
    assert set(RefusedRow.objects.values_list("code", flat=True)) == {"import.not_an_address"}


def test_what_looks_like_a_formula_is_kept_as_it_is(importer: Importer) -> None:
    importer.leads({"id": "L", "name": "=1+1", "phone": "+49 89", "source": "@x"})
    person = Person.objects.get()
    assert (person.name, person.phone) == ("=1+1", "+49 89")


def test_what_looks_like_sql_is_text(importer: Importer) -> None:
    importer.leads({"id": "x'); DROP TABLE people_person; --", "name": "%(now)s %s", "company": "\\N \\. \t"})
    assert Person.objects.get().name == "%(now)s %s"


def test_latin_1_refuses_the_file_and_its_mapping_can_say_so(importer: Importer) -> None:
    content = csv_text(LEAD_COLUMNS, [["L1", "", "", "", "Zoë Müller"]]).encode("latin-1")
    with pytest.raises(Exception, match="it looks like windows-1252"):
        importer.content("leads", content)
    assert not Lead.objects.exists()
    importer.content("leads", content, LEADS.replace("id: id", "file: {encoding: windows-1252}\nid: id"))
    assert Person.objects.get().name == "Zoë Müller"


def test_a_fault_in_the_encoding_late_in_the_file_leaves_nothing(importer: Importer) -> None:
    rows = csv_text(LEAD_COLUMNS, [[f"L{n}"] for n in range(30_000)]).encode()
    with pytest.raises(Exception, match="on line 30,002"):
        importer.content("leads", rows + b"\xff,,,,,,,\n")
    assert not Lead.objects.exists()


def test_a_gzipped_file_is_imported(importer: Importer) -> None:
    assert counts(importer.content("leads", csv_text(LEAD_COLUMNS, [["L1"]]), name="leads.csv.gz")) == (1, 0, 0, 0)


def test_a_report_that_cannot_be_written_stores_nothing(importer: Importer) -> None:
    with pytest.raises(Exception, match="cannot be written"):
        importer.leads({"id": "1"}, {"id": ""}, report=importer.folder / "no" / "such" / "folder.csv")
    assert not Lead.objects.exists()


def _count(url: str) -> int:
    with psycopg.connect(url) as connection:
        row = connection.execute("SELECT count(*) FROM pipeline_lead").fetchone()
    return row[0] if row else -1


def test_an_import_that_is_killed_leaves_nothing_and_a_second_one_completes(postgres_url: str, tmp_path: Path) -> None:
    """Killed without mercy while its rows are staged, and again while they are stored."""
    accord = str(Path(sys.executable).with_name("accord"))
    environment = os.environ | {"DATABASE_URL": postgres_url}
    subprocess.run([accord, "migrate"], env=environment, check=True, capture_output=True)
    (tmp_path / "leads.yaml").write_text(LEADS, encoding="utf-8")
    (tmp_path / "leads.csv").write_text(
        csv_text(LEAD_COLUMNS, [[f"L{n}", "", "", f"p{n}@acme.example"] for n in range(20_000)]), encoding="utf-8"
    )
    command = [
        accord,
        "import",
        "leads",
        str(tmp_path / "leads.csv"),
        "--mapping",
        str(tmp_path / "leads.yaml"),
        "--json",
    ]
    for busy in ("COPY staged%", "-- People: %"):
        process = subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        with psycopg.connect(postgres_url, autocommit=True) as watcher:
            for _ in range(3000):
                running = watcher.execute(
                    "SELECT FROM pg_stat_activity WHERE query LIKE %s AND state = 'active' AND pid <> pg_backend_pid()",
                    [busy],
                ).fetchall()
                if running or process.poll() is not None:
                    break
                time.sleep(0.005)
        assert running, f"it was never seen at {busy}"
        process.send_signal(signal.SIGKILL)
        process.communicate()
        assert process.returncode == -signal.SIGKILL
        time.sleep(0.5)
        assert _count(postgres_url) == 0

    done = subprocess.run(command, env=environment, check=True, capture_output=True, text=True)
    assert json.loads(done.stdout)["created"] == _count(postgres_url) == 20_000
