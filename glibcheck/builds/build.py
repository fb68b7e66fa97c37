"""What a build gives, and what everything that builds offers: the nouns between a project and its fix.

The same questions are asked of every build system: which files came out, what their objects refer to, which
declaration of a build file made which of them, and whether the result can be imported.
"""

from __future__ import annotations

from typing import Protocol

from glibcheck.model.record import Record

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from glibcheck.model.image import Linkage
    from glibcheck.model.names import SymbolName
    from glibcheck.model.plan import Edit

    References = tuple[tuple[str, frozenset[SymbolName]], ...]


BUILD_FOLDER = "build-glibcheck"  # where meson and CMake build, in the copy of a project


class Options(Record):
    """What a user tells a build: config_settings for a PEP 517 backend, words for configure, `meson setup` or cmake."""

    settings: Mapping[str, str] = {}
    configure: tuple[str, ...] = ()


NO_OPTIONS = Options()


class Build(Record):
    """What one build gave.

    `files` are the ELF files of the product by path, with forward slashes; of a native build only the extension
    modules and the libraries of the project that they need, and `left_out` counts the others.

    `objects` are the object files that the build left behind, by path, with the symbols that each refers to; None when
    it left none, or one that does not tell (made with -flto). `named` maps the path of a library to that of a Python
    file in the product which has its name in a string, and so may load it. `archived` is as `objects` for the members
    of archives, whose names are not all linked.

    `targets` maps a path of `files` to the name of the declaration that makes it, as in `model.plan`, and `places`
    that name to where the record says that it stands, 'path:line'; both have only what the build's record tells.

    `record` are texts that the build made and that say what names in its build files stand for, by path.

    `product` is the folder with the wheel's content or with what was installed, `folder` the copy in which it was
    built. They live until the builder closes, but for those between the first build and the last one.
    """

    files: tuple[tuple[str, Linkage], ...]
    objects: References | None
    named: Mapping[str, str]
    archived: References
    targets: Mapping[str, str]
    places: Mapping[str, str]
    product: str
    folder: str
    left_out: int = 0
    record: Mapping[str, str] = {}
    wheel_name: str = ""  # of a PEP 517 build only, as `wheel`
    wheel: bytes = b""

    @property
    def own(self) -> frozenset[SymbolName] | None:
        """Give what the project's own sources refer to; None when that cannot be told."""
        return None if self.objects is None else frozenset(name for _, names in self.objects for name in names)


class Builder(Protocol):
    """Builds edited copies of one project."""

    def build(self, edits: Iterable[Edit]) -> Build:
        """Build the project with the edits, from a fresh copy.

        Raises: ToolError with the end of the build's own output when it fails.
        """
        ...

    def try_import(self, build: Build, smoke: str | None) -> None:
        """Import the extension modules of a build, and run the `smoke` script if given.

        Raises: ToolError with what Python said when one of them fails.
        """
        ...
