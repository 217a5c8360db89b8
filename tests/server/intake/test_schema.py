"""Everything that programs may send, as it should be and not: never a fault of ours, and what is kept is taken in."""

import base64
import json
import subprocess
import sys
from pathlib import Path

import pytest
import yaml
from tests.conftest import ROOT
from tests.server.conftest import MONDAY, Cast
from tests.server.forms.conftest import DEMO
from tests.server.tracking.running import web

from accord.server.agreements.models import Revision
from accord.server.calls.models import TelephoneSystem
from accord.server.forms.editing import create
from accord.server.intake.taking import take_in
from accord.server.tracking.models import Message, Pending, Source

EXAMPLES = 10
"""A call: so many, however slow the machine."""
CHECKS = "not_a_server_error,status_code_conformance,content_type_conformance,response_schema_conformance"


@pytest.mark.slow
def test_whatever_programs_send_is_no_fault_of_ours(
    transactional_db: None, revision: Revision, cast: Cast, tmp_path: Path
) -> None:
    Source.objects.create(name="Shop", kind="server", write_key="shop", created_at=MONDAY)
    Source.objects.create(name="Website", kind="browser", write_key="web", created_at=MONDAY)
    switchboard = Source.objects.create(name="Switchboard", kind="call", write_key="calls", created_at=MONDAY)
    TelephoneSystem.objects.create(source=switchboard, provider="accord", secret="whsec_c2VjcmV0")
    form = create(DEMO, by=cast.mara, at=MONDAY)
    schema = yaml.safe_load((ROOT / "docs" / "reference" / "openapi.yaml").read_text("utf-8"))
    schema["components"]["parameters"]["Key"]["schema"] = {"enum": ["shop", "web", "calls", form.key, "nobody"]}
    described = tmp_path / "openapi.json"
    described.write_text(json.dumps(schema), "utf-8")
    key = base64.b64encode(b"shop:").decode()
    with web(tmp_path) as address:
        said = subprocess.run(
            [
                Path(sys.executable).with_name("st"), "run", described, "--url", address, "--checks", CHECKS,
                "--header", f"Authorization: Basic {key}", "--phases", "coverage,fuzzing",
                "--max-examples", str(EXAMPLES), "--continue-on-failure", "--seed", "1",
                "--warnings", "off", "--max-redirects", "0",
            ],
            cwd=tmp_path, capture_output=True, text=True, check=False,
        )  # fmt: skip
    assert said.returncode == 0, said.stdout[-8000:] + said.stderr[-2000:]
    assert Message.objects.count() > 50, "hardly anything was taken: this test shows nothing"
    take_in()
    assert list(Pending.objects.exclude(error="").values_list("error", flat=True)) == []
