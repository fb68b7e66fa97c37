"""Build a project with its own build system, look at what it installs, and try that in place.

Code of the project runs here: its configure script and its build rules, as the user who runs glibcheck, and at the end
an import of its modules. It is installed below a private folder (DESTDIR), whose libraries the loader is shown by
LD_LIBRARY_PATH, and whose modules Python is shown by PYTHONPATH.
"""

from __future__ import annotations

import contextlib
import os
import sys
import tempfile

from glibcheck.builds import autotools, cmakenative, mesonnative
from glibcheck.builds.build import Build
from glibcheck.builds.commands import Shell
from glibcheck.builds.copies import Copies
from glibcheck.builds.importing import import_modules, run_script
from glibcheck.builds.product import library_folders, loaded_files, module_places, python_sources
from glibcheck.builds.records import made_by, matched, places, texts
from glibcheck.wheel import loaded_by_name
from glibcheck.workspace.leftovers import archived_objects, own_objects

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from glibcheck.builds.build import Options
    from glibcheck.builds.recipe import Recipe
    from glibcheck.model.plan import Edit


class NativeBuilder:
    """Builds edited copies of one project with its own build system; made by `opened`."""

    def __init__(self, project: str, recipe: Recipe, options: Options, copies: Copies) -> None:
        """Build nothing yet."""
        self._project, self._recipe, self._copies = project, recipe, copies
        self._configure = options.configure

    def build(self, edits: Iterable[Edit]) -> Build:
        """Build and install the project with the edits, from a fresh copy.

        Raises: ToolError with the build's own output when it fails, or with the tool that it needs.
        """
        copy, product = self._copies.new(edits)
        folders = self._run(Shell(self._project, copy), product)
        files, left_out = loaded_files(product, self._project)
        rows = made_by(self._recipe.system, copy, folders)
        return Build(
            files=files,
            objects=own_objects(copy),
            named=loaded_by_name(python_sources(product), files),
            archived=archived_objects(copy),
            targets=matched(rows, product, files),
            places=places(rows),
            product=product,
            folder=copy,
            left_out=left_out,
            record=texts(self._recipe.system, copy),
        )

    def try_import(self, build: Build, smoke: str | None) -> None:
        """Import the extension modules from the product, and run the `smoke` script if given.

        The user's own site-packages do not count (-s). A module that wants another project which is not there tells
        nothing of how it was linked, and is passed over.

        Raises: ToolError with what Python said when one of them fails.
        """
        modules = module_places(build.product, build.files)
        added = {
            "PYTHONPATH": list(dict.fromkeys(site for site, _, _ in modules)),
            "LD_LIBRARY_PATH": [*library_folders(build.product, build.files), *_words("LD_LIBRARY_PATH")],
        }
        around = {**os.environ, **{name: ":".join(words) for name, words in added.items()}}
        python = (self._python(), "-s")
        with tempfile.TemporaryDirectory(prefix="glibcheck-") as folder:
            import_modules(python, [(name, path) for _, name, path in modules], folder, around)
            if smoke is not None:
                run_script(python, smoke, folder, around)

    def _run(self, shell: Shell, product: str) -> Sequence[str]:
        match self._recipe.how:
            case "autotools":
                autotools.build(shell, product, self._configure)
                return ()
            case "meson":
                return (mesonnative.build(shell, product, self._configure),)
            case _:
                return (cmakenative.build(shell, product, self._configure),)

    def _python(self) -> str:
        return autotools.python_of(self._configure) if self._recipe.how == "autotools" else sys.executable


def _words(name: str) -> list[str]:
    return [word for word in os.environ.get(name, "").split(":") if word]


@contextlib.contextmanager
def opened(project: str, recipe: Recipe, options: Options) -> Iterator[NativeBuilder]:
    """Open a builder for a project; its copies are removed at the end."""
    with Copies(project) as copies:
        yield NativeBuilder(project, recipe, options, copies)
