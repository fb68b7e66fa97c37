"""`glibcheck config`: the settings that hold here, or the schema of all that there can be."""

from __future__ import annotations

import json
import pkgutil

from glibcheck.cli.exits import OK
from glibcheck.cli.screen import show
from glibcheck.workspace.settings import find_settings

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from glibcheck.settings import Settings


def run(schema: bool) -> int:
    """Print the settings as TOML, with the file that they are from; or the JSON schema of the table."""
    if schema:
        data = pkgutil.get_data("glibcheck.report", "schema/settings-1.json")
        assert data is not None  # noqa: S101 - it is part of the package
        show(data.decode())
    else:
        show("\n".join(_lines(find_settings(None))) + "\n")
    return OK


def _lines(found: Settings) -> Iterator[str]:
    """Write the settings that are set; a string of JSON is one of TOML, too."""
    if found.source is None:
        yield "# no [tool.glibcheck] in a pyproject.toml here or above; these are the defaults"
        yield "[tool.glibcheck]"
        return
    yield f"# from {found.source}"
    yield "[tool.glibcheck]"
    plain = {
        "target": found.target,
        "mode": found.mode,
        "wraps": found.wraps,
        "wraps-path": found.wraps_path,
        "select": found.select,
        "ignore": found.ignore,
        "baseline": found.baseline,
    }
    for key, value in plain.items():
        if value:
            yield f"{key} = {json.dumps(value)}"
    for key, chosen in (("require-elf", found.require_elf), ("retag", found.retag)):
        if chosen:
            yield f"{key} = true"
    if found.per_file_ignores:
        yield "[tool.glibcheck.per-file-ignores]"
        yield from (f"{json.dumps(pattern)} = {json.dumps(codes)}" for pattern, codes in found.per_file_ignores)
    for name, target in found.targets.items():
        yield f"[tool.glibcheck.targets.{json.dumps(name)}]"
        yield f"extends = {json.dumps(target.extends)}"
        if target.limits:
            yield f"limits = {{ {', '.join(f'{key} = {json.dumps(value)}' for key, value in target.limits)} }}"
        if target.libraries:
            yield f"libraries = {json.dumps(target.libraries)}"
        for key, value in (("isa-level", target.isa_level), ("machine", target.machine)):
            if value:
                yield f"{key} = {json.dumps(value)}"
    for waiver in found.exceptions:
        yield "[[tool.glibcheck.exceptions]]"
        fields = {**waiver._asdict(), "expires": waiver.expires and waiver.expires.isoformat()}
        yield from (f"{key} = {json.dumps(value)}" for key, value in fields.items() if value)
