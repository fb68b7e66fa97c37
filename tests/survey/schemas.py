"""The schemas that we ship for surveys."""

from __future__ import annotations

import json
import pkgutil
from typing import Any

from jsonschema import Draft202012Validator


def validator(name: str) -> Any:
    data = pkgutil.get_data("glibcheck.report", f"schema/{name}.json")
    assert data is not None
    schema = json.loads(data)
    Draft202012Validator.check_schema(schema)
    return Draft202012Validator(schema)
