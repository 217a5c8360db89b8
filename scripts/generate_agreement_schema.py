#!/usr/bin/env python
"""Write the JSON Schema of the agreement, for editors: ``scripts/generate_agreement_schema.py [--check]``."""

import json
import sys
from pathlib import Path

from accord.agreement import json_schema

SCHEMA = Path(__file__).parent.parent / "src" / "accord" / "agreement" / "agreement.schema.json"


def main() -> int:
    """Write the schema, or with ``--check`` say whether the committed one is what would be written."""
    text = json.dumps(json_schema(), indent=2, ensure_ascii=False) + "\n"
    if "--check" not in sys.argv[1:]:
        SCHEMA.write_text(text, encoding="utf-8")
        return 0
    if SCHEMA.read_text(encoding="utf-8") == text:
        return 0
    sys.stderr.write(f"{SCHEMA.name} is not in step with the models; run scripts/generate_agreement_schema.py\n")
    return 1


if __name__ == "__main__":
    sys.exit(main())
