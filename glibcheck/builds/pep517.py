"""Build a project through PEP 517, look at the wheel and the objects, and try the result.

Code of the project runs here: its build backend in an isolated environment (made by `build`, filled by pip), and, at
the end, an import of the built modules. Each build starts from a fresh scratch copy, because setuptools does not
rebuild an object when only its flags changed. Nothing that runs here may wait for the keyboard.

A backend that runs meson or CMake is told to build in a folder of the copy, so that their record of the build stays.
"""

from __future__ import annotations

import contextlib
import functools
import os
import subprocess
import tempfile
import warnings
import zipfile

from build import BuildBackendException, BuildException, FailedProcessError, ProjectBuilder
from build.env import DefaultIsolatedEnv

from glibcheck.builds.build import BUILD_FOLDER, Build, Options
from glibcheck.builds.copies import Copies
from glibcheck.builds.importing import import_modules, run_script
from glibcheck.builds.latecmake import answered_folders
from glibcheck.builds.output import decoded, last_line, telling_line
from glibcheck.builds.product import all_elf_files, python_sources
from glibcheck.builds.records import made_by, matched, places
from glibcheck.builds.records.cmake import ask
from glibcheck.errors import ToolError
from glibcheck.wheel import is_importable, loaded_by_name, module_name
from glibcheck.workspace.leftovers import archived_objects, own_objects

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

    from glibcheck.builds.recipe import Recipe
    from glibcheck.model.plan import Edit

    Prepare = Callable[[Mapping[str, str]], dict[str, str]]

# The config_settings that name the build folder, by backend; meson-python knows 'build-dir' since 0.16 only.
_SETTINGS = {"mesonpy": ("builddir", "build-dir"), "scikit_build_core": ("build-dir", "skbuild.build-dir")}


class Pep517Builder:
    """Builds edited copies of one project in one isolated environment; made by `opened`."""

    def __init__(self, project: str, recipe: Recipe, options: Options, copies: Copies, env: DefaultIsolatedEnv) -> None:
        """Take an environment that is ready to be installed into."""
        self._project, self._recipe, self._options = project, recipe, options
        self._copies, self._environment = copies, env
        self._installed: set[str] = set()

    def build(self, edits: Iterable[Edit], prepared: Prepare = dict) -> Build:
        """Build a wheel of the project with the edits.

        `prepared` makes the environment of the backend from that of this process.

        Raises: ToolError with the end of the build's own output when it fails.
        """
        copy, product = self._copies.new(edits)
        settings, folder = self._settings(copy)
        with tempfile.TemporaryDirectory(prefix="glibcheck-") as out:
            path = self._wheel(copy, out, prepared, settings)
            name = os.path.basename(path)
            with open(path, "rb") as stream:
                wheel = stream.read()
            with zipfile.ZipFile(path) as archive:
                archive.extractall(product)
        files = all_elf_files(product, name)
        folders = () if self._recipe.system == "setuptools" else (folder,) if folder else answered_folders(copy)
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
            wheel_name=name,
            wheel=wheel,
        )

    def try_import(self, build: Build, smoke: str | None) -> None:
        """Install the wheel into a new environment, import its extension modules, and run the `smoke` script if given.

        A new one each time: pip would leave the wheel of an earlier build, whose version is the same. Python runs
        isolated (-I): the sources beside the script must not be taken for the wheel. A module that wants another one
        which no requirement of the wheel brings (its tests want a test tool) tells nothing of how it was linked, and
        is passed over.

        Raises: ToolError with what Python said when one of them fails.
        """
        with tempfile.TemporaryDirectory(prefix="glibcheck-") as folder:
            path = os.path.join(folder, build.wheel_name)
            with open(path, "wb") as stream:
                stream.write(build.wheel)
            modules = [(module_name(name), "") for name, linkage in build.files if is_importable(name, linkage)]
            with _told("pip install"), DefaultIsolatedEnv() as environment:
                environment.install([path])
                python = (environment.python_executable, "-I")
                import_modules(python, modules, folder)
                if smoke is not None:
                    run_script(python, smoke, folder)

    def _settings(self, copy: str) -> tuple[Mapping[str, str], str | None]:
        """Give the settings with a build folder in the copy, and that folder; None where the backend has no setting.

        A folder that the user chose stays.
        """
        settings = self._options.settings
        names = _SETTINGS.get(self._recipe.backend)
        if names is None:
            return settings, None
        chosen = next((settings[name] for name in names if name in settings), None)
        folder = os.path.join(copy, chosen or BUILD_FOLDER)
        if self._recipe.system == "cmake":
            ask(folder)
        return (settings if chosen else {**settings, names[0]: folder}), folder

    def _wheel(self, copy: str, out: str, prepared: Prepare, settings: Mapping[str, str]) -> str:
        # Warnings of the build backend come back as warnings of ours; they are about the project, not about the fix.
        with _told("build", copy, self._project), warnings.catch_warnings():
            warnings.simplefilter("ignore")
            runner = functools.partial(_run_quietly, prepared)
            builder = ProjectBuilder.from_isolated_env(self._environment, copy, runner=runner)
            self._install(builder.build_system_requires)
            self._install(builder.get_requires_for_build("wheel", settings))
            return builder.build("wheel", out, settings)

    def _install(self, requirements: Iterable[str]) -> None:
        new = set(requirements) - self._installed
        if new:
            self._environment.install(sorted(new))
            self._installed |= new


@contextlib.contextmanager
def opened(project: str, recipe: Recipe, options: Options) -> Iterator[Pep517Builder]:
    """Open an isolated build environment for a project; it is removed at the end."""
    with _told("build environment"), DefaultIsolatedEnv() as environment, Copies(project) as copies:
        yield Pep517Builder(project, recipe, options, copies, environment)


@contextlib.contextmanager
def _told(command: str, copy: str = "", project: str = "") -> Iterator[None]:
    """Turn the errors of `build` and pip into one of ours, with what the program printed.

    Where it speaks of the scratch copy, the project is meant.
    """
    try:
        yield
    except (subprocess.CalledProcessError, BuildException, BuildBackendException, FailedProcessError) as error:
        output = _printed(error)
        message = telling_line(output) or last_line(str(error))
        raise ToolError(command, message.replace(copy, project) if copy else message, output) from error


def _run_quietly(
    prepared: Prepare, cmd: Sequence[str], cwd: str | None = None, extra_environ: Mapping[str, str] | None = None
) -> None:
    """Run a hook of the build backend; its output is kept for the case that it fails."""
    environment = prepared({**os.environ, **(extra_environ or {})})
    subprocess.run(
        cmd,
        cwd=cwd,
        env=environment,
        check=True,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
    )


def _printed(error: Exception) -> str:
    """Give what the failed program printed; empty when no program failed."""
    failed = error.exception if isinstance(error, BuildBackendException | FailedProcessError) else error
    if isinstance(failed, subprocess.CalledProcessError):
        return decoded(failed.output) + decoded(failed.stderr)
    return ""
