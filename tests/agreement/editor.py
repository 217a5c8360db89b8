"""What an editor that reads the JSON Schema says of a document."""

from datetime import date
from decimal import Decimal
from typing import Any

from jsonschema import Draft202012Validator

from accord.agreement import json_schema
from accord.agreement.source import read_source

VALIDATOR = Draft202012Validator(json_schema(), format_checker=Draft202012Validator.FORMAT_CHECKER)


def plain(value: Any) -> Any:
    """What other programs see of a document: JSON has neither days nor decimals."""
    match value:
        case dict():
            return {str(key): plain(each) for key, each in value.items()}
        case list():
            return [plain(each) for each in value]
        case date():
            return value.isoformat()
        case Decimal():
            return float(value)
    return value


def refusals(text: str) -> list[str]:
    return [error.message for error in VALIDATOR.iter_errors(plain(read_source(text, "a.yaml").tree))]
