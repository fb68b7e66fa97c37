"""Settings of the gate and of the build hook: [tool.glibcheck] of a pyproject.toml, as frozen values.

A key that is not known is an error, for a gate with a misspelt setting passes what it should not. The JSON schema of
the table is `report/schema/settings-1.json`; `glibcheck config --schema` prints it.
"""

from __future__ import annotations

from glibcheck.errors import SettingsError, TargetError
from glibcheck.model.record import Record
from glibcheck.rules import RULES
from glibcheck.targets import CustomTarget, read_custom

TYPE_CHECKING = False
if TYPE_CHECKING:
    import datetime
    from collections.abc import Iterable, Mapping
    from typing import Any, Literal

    Mode = Literal["fix", "check", "warn", "off"]

_KEYS = (
    "target", "select", "ignore", "per-file-ignores", "exceptions", "baseline", "require-elf", "targets",
    "mode", "retag", "wraps", "wraps-path",
)  # fmt: skip
MODES: tuple[Mode, ...] = ("fix", "check", "warn", "off")
_EXCEPTION_KEYS = ("code", "symbol", "library", "version", "file", "reason", "expires")


class Waiver(Record):
    """An exception: findings of `code` that match all that is given do not count, until `expires` (that day included).

    `symbol`, `library`, `version` and `file` (a glob pattern) are None when any will do.
    """

    code: str
    reason: str
    symbol: str | None = None
    library: str | None = None
    version: str | None = None
    file: str | None = None
    expires: datetime.date | None = None


class Settings(Record):
    """What the gate goes by, and what is done in builds.

    `select` are the only codes that count, () for all; `ignore` never count. `per_file_ignores` are pairs of a glob
    pattern and the codes that do not count for such files. `mode` is what the hook does in builds, None when nothing is
    said of that; `retag` gives wheels that fit the manylinux tag of the target; `wraps` is the build backend behind
    `glibcheck.backend`, and `wraps_path` what `backend-path` would be to it (PEP 517). `source` is the file that the
    settings are from, None when they are from nowhere.
    """

    target: str | None = None
    select: tuple[str, ...] = ()
    ignore: tuple[str, ...] = ()
    per_file_ignores: tuple[tuple[str, tuple[str, ...]], ...] = ()
    exceptions: tuple[Waiver, ...] = ()
    baseline: str | None = None
    require_elf: bool = False
    targets: Mapping[str, CustomTarget] = {}
    mode: Mode | None = None
    retag: bool = False
    wraps: str | None = None
    wraps_path: tuple[str, ...] = ()
    source: str | None = None

    @property
    def leave_out(self) -> bool:
        """Say whether any finding may not count; see `waivers`."""
        return bool(self.select or self.ignore or self.per_file_ignores or self.exceptions)

    def overridden(
        self, target: str | None, select: Iterable[str], ignore: Iterable[str], baseline: str | None, require_elf: bool
    ) -> Settings:
        """Put what the command line says in place of the settings; codes may be joined by commas.

        Raises: SettingsError for a code that is none.
        """
        chosen, left_out = _codes("--select", select), _codes("--ignore", ignore)
        return self._replace(
            target=target or self.target,
            select=chosen or self.select,
            ignore=left_out or self.ignore,
            baseline=baseline or self.baseline,
            require_elf=require_elf or self.require_elf,
        )


DEFAULTS = Settings()


def read_settings(text: str, path: str) -> Settings | None:
    """Read the table [tool.glibcheck] of a TOML text; None when it has none.

    Raises: SettingsError naming the file and the key.
    """
    if "glibcheck" not in text and "\\" not in text:  # a key could be written with escapes
        return None
    import tomllib

    try:
        tool = tomllib.loads(text).get("tool", {})
    except tomllib.TOMLDecodeError as error:
        raise SettingsError(path, "", f"is no TOML: {error}") from error
    if not isinstance(tool, dict) or "glibcheck" not in tool:
        return None
    try:
        return _settings(tool["glibcheck"])._replace(source=path)
    except SettingsError as error:
        raise SettingsError(path, f"tool.glibcheck{'.' if error.key else ''}{error.key}", error.message) from error


def _settings(table: object) -> Settings:
    if not isinstance(table, dict):
        raise SettingsError("", "", "must be a table")
    _check_keys("", table, _KEYS)
    _check_type("target", table, str, "a name such as 'manylinux_2_17'")
    _check_type("baseline", table, str, "a path")
    _check_type("require-elf", table, bool, "true or false")
    _check_type("retag", table, bool, "true or false")
    _check_type("wraps", table, str, "the name of a build backend, such as 'mesonpy'")
    _check_type("targets", table, dict, "a table of targets")
    _check_type("per-file-ignores", table, dict, "a table of pattern = [codes]")
    _check_type("exceptions", table, list, "an array of tables")
    return Settings(
        table.get("target"),
        _codes("select", _words("select", table.get("select", []))),
        _codes("ignore", _words("ignore", table.get("ignore", []))),
        tuple(
            (pattern, _codes(f"per-file-ignores.{pattern}", _words(f"per-file-ignores.{pattern}", codes)))
            for pattern, codes in table.get("per-file-ignores", {}).items()
        ),
        tuple(_exception(number, row) for number, row in enumerate(table.get("exceptions", []), 1)),
        table.get("baseline"),
        table.get("require-elf", False),
        {name: _target(name, row) for name, row in table.get("targets", {}).items()},
        None if "mode" not in table else read_mode("", "mode", table["mode"]),
        table.get("retag", False),
        table.get("wraps"),
        tuple(_words("wraps-path", table.get("wraps-path", []), "folders such as ['build-tools']")),
    )


def read_mode(path: str, key: str, value: object) -> Mode:
    """Read what a hook is to do; raises SettingsError with the words that there are."""
    for mode in MODES:
        if value == mode:
            return mode
    raise SettingsError(path, key, f"must be {', '.join(MODES[:-1])} or {MODES[-1]}, not {value!r}")


def _target(name: str, row: object) -> CustomTarget:
    if not isinstance(row, dict):
        raise SettingsError("", f"targets.{name}", "must be a table")
    try:
        return read_custom(name, row)
    except TargetError as error:
        raise SettingsError("", f"targets.{name}", str(error)) from error


def _exception(number: int, row: object) -> Waiver:
    key = f"exceptions[{number}]"
    if not isinstance(row, dict):
        raise SettingsError("", key, "must be a table with a code and a reason")
    _check_keys(key, row, _EXCEPTION_KEYS)
    for name in ("code", "symbol", "library", "version", "file", "reason"):
        _check_type(name, row, str, "a text", key)
    for name in ("code", "reason"):
        if not row.get(name, "").strip():
            raise SettingsError("", key, f"must have a {name}")
    (code,) = _codes(f"{key}.code", [row["code"]])
    expires = _day(f"{key}.expires", row.get("expires"))
    symbol, library, version, file = (row.get(name) for name in ("symbol", "library", "version", "file"))
    return Waiver(code, row["reason"], symbol, library, version, file, expires)


def _day(key: str, value: object) -> datetime.date | None:
    import datetime

    if isinstance(value, str):
        try:
            value = datetime.date.fromisoformat(value)
        except ValueError as error:
            raise SettingsError("", key, "must be a day such as 2026-12-31") from error
    if value is None or (isinstance(value, datetime.date) and not isinstance(value, datetime.datetime)):
        return value
    raise SettingsError("", key, "must be a day such as 2026-12-31")


def _words(key: str, value: object, what: str = "codes such as ['GC001']") -> list[str]:
    if not isinstance(value, list) or not all(isinstance(word, str) for word in value):
        raise SettingsError("", key, f"must be a list of {what}")
    return value


def _codes(key: str, words: Iterable[str]) -> tuple[str, ...]:
    codes = tuple(dict.fromkeys(code.strip().upper() for word in words for code in word.split(",") if code.strip()))
    for code in codes:
        if code not in RULES:
            raise SettingsError("", key, f"{code} is no rule{_near(code, RULES)}")
    return codes


def _check_keys(where: str, table: Mapping[str, Any], known: Iterable[str]) -> None:
    for key in table:
        if key not in known:
            raise SettingsError("", f"{where}.{key}" if where else key, f"is no setting{_near(key, known)}")


def _check_type(key: str, table: Mapping[str, Any], kind: type, what: str, where: str = "") -> None:
    if key in table and not isinstance(table[key], kind):
        raise SettingsError("", f"{where}.{key}" if where else key, f"must be {what}")


def _near(word: str, known: Iterable[str]) -> str:
    import difflib

    near = difflib.get_close_matches(word, list(known), 1, 0.6)
    return f"; did you mean {near[0]}?" if near else ""
