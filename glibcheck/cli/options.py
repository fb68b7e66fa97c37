"""The options of commands that have many, by the names that click gives them, and the plain calls of them."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Literal, TypedDict

    class CheckOptions(TypedDict):
        """Those of `check`; the help texts in `commands` say what each means."""

        target: str | None
        form: str
        output: str | None
        select: tuple[str, ...]
        ignore: tuple[str, ...]
        baseline: str | None
        update_baseline: bool
        require_elf: bool
        exit_zero: bool
        provenance: tuple[str, ...]
        config: str | None
        isolated: bool
        strict: bool
        demangle: bool | None

    class TraceOptions(TypedDict):
        """Those of `trace`."""

        target: str | None
        form: str | None
        output: str | None
        build_dir: tuple[str, ...]
        map: tuple[str, ...]
        linker_output: tuple[str, ...]
        debug_dir: tuple[str, ...]
        debuginfod: bool
        record: str | None
        demangle: bool | None

    class FixOptions(TypedDict):
        """Those of `fix` that belong to a fix alone, and not to undoing one."""

        write: bool
        no_verify: bool
        smoke: str | None
        build_system: str
        settings: dict[str, str]
        configure: tuple[str, ...]
        allow_unfortified: bool
        form: str
        demangle: bool | None

    class BuildOptions(TypedDict):
        """Those of `build`."""

        target: str
        output: str
        runtime: Literal["auto", "private", "shared"]
        compare: bool
        smoke: str | None
        settings: dict[str, str]
        form: str


PLAIN: CheckOptions = {
    "target": None,
    "form": "text",
    "output": None,
    "select": (),
    "ignore": (),
    "baseline": None,
    "update_baseline": False,
    "require_elf": False,
    "exit_zero": False,
    "provenance": (),
    "config": None,
    "isolated": False,
    "strict": False,
    "demangle": None,
}  # what click gives when no option is written


def plain_check(words: Sequence[str]) -> tuple[list[str], CheckOptions] | None:
    """Take the words of a `check` apart that has names of files and at most a target; None for every other one."""
    paths, target, rest = [], None, iter(words)
    for word in rest:
        if word == "--target":
            target = next(rest, "")
        elif word.startswith("--target="):
            target = word.removeprefix("--target=")
        elif word.startswith("-"):
            return None
        else:
            paths.append(word)
    if not paths or target == "":
        return None
    return paths, {**PLAIN, "target": target}
