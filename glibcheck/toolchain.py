"""The compiler at hand: what it compiles for, and where its libraries and linkers are. It is asked, never guessed.

Programs are run here with words in a list, no shell, nothing to read, and without the variables that lead a compiler
elsewhere: a sysroot that is already in COMPILER_PATH must not be taken for the real linker.
"""

from __future__ import annotations

import os
import subprocess
import tempfile

from glibcheck.errors import InputError, ToolError
from glibcheck.model.toolchain import Toolchain
from glibcheck.workspace.programs import which
from glibcheck.workspace.reading import read_image

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from glibcheck.model.names import SymbolName

# The macros that tell a machine, each with the others that must be there, too.
_MACHINES = (
    ("x86_64", {"__x86_64__", "__LP64__"}), ("i686", {"__i386__"}), ("aarch64", {"__aarch64__", "__LP64__"}),
    ("armv7l", {"__arm__", "__ARM_PCS_VFP"}), ("ppc64le", {"__powerpc64__", "__LITTLE_ENDIAN__"}),
    ("s390x", {"__s390x__"}), ("riscv64", {"__riscv", "__riscv_float_abi_double"}), ("loongarch64", {"__loongarch64"}),
)  # fmt: skip
_GLIBC = (
    "libc.so.6", "libm.so.6", "libmvec.so.1", "libpthread.so.0", "libdl.so.2", "librt.so.1", "libutil.so.1",
    "libanl.so.1", "libresolv.so.2", "libnsl.so.1", "libBrokenLocale.so.1",
    # The loaders of all machines: each has __tls_get_addr, or what the machine has in its place.
    "ld-linux-x86-64.so.2", "ld-linux.so.2", "ld-linux-aarch64.so.1", "ld-linux-armhf.so.3", "ld64.so.2", "ld64.so.1",
    "ld-linux-riscv64-lp64d.so.1", "ld-linux-loongarch-lp64d.so.1",
)  # fmt: skip
_CXX_ARCHIVES = ("libstdc++.a", "libsupc++.a", "libstdc++fs.a", "libstdc++exp.a", "libstdc++_libbacktrace.a")
_LINKERS = ("ld.bfd", "ld.gold", "ld.lld", "ld.mold")
_OF_ALL_MACHINES = ("ld.lld", "ld.mold")
_PATIENCE = 120  # seconds for one run of a compiler


def find_toolchain(words: tuple[str, ...], around: Mapping[str, str]) -> Toolchain:
    """Ask a compiler for all that a sysroot needs to know.

    Raises: ToolError when it cannot be run; InputError when it has no glibc, or is for a machine that we do not know.
    """
    path = which(words[0], around)
    if path is None:
        raise ToolError(words[0], "is not installed, or not a program")
    command = (path, *words[1:])
    macros = _macros(command, around)
    machine = next((name for name, wanted in _MACHINES if wanted <= macros.keys()), None)
    if machine is None:
        raise InputError(words[0], "compiles for a machine whose glibc is not in the catalogue")
    files = {
        name: _file(command, name, around)
        for name in ("libc.so.6", "libc_nonshared.a", "libgcc_s.so.1", "libstdc++.so")
    }
    if files["libc.so.6"] is None:
        raise InputError(words[0], "has no glibc to build with: no libc.so.6 among its libraries")
    archives = {name: _file(command, name, around) for name in _CXX_ARCHIVES}
    return Toolchain(
        command=command,
        cxx=_cxx(words, around),
        kind="clang" if "__clang__" in macros else "gcc",
        version=macros.get("__VERSION__", "").strip('"'),
        machine=machine,
        glibc=_beside(files["libc.so.6"]),
        nonshared=files["libc_nonshared.a"],
        libgcc_s=files["libgcc_s.so.1"],
        libstdcxx=files["libstdc++.so"],
        archives={name: place for name, place in archives.items() if place is not None},
        linkers=find_linkers(command, around),
        cc1plus=find_part(command, "cc1plus", around),
    )


def find_linkers(command: Sequence[str], around: Mapping[str, str]) -> dict[str, str]:
    """Find the linkers that a compiler would run, by the names under which it looks for them ('ld', 'ld.gold', ...).

    Its `ld`, those beside it, and any for all machines. Raises ToolError when the compiler cannot be run.
    """
    clean = _without_sysroots(around)
    own = run_tool((*command, "-print-prog-name=ld"), around).strip()
    first = which(own, clean)
    if first is None:
        return {}
    beside = {name: os.path.join(os.path.dirname(first), name) for name in _LINKERS}
    found = {name: place for name, place in beside.items() if os.access(place, os.X_OK)}
    anywhere = {name: which(name, clean) for name in _OF_ALL_MACHINES}
    return {name: place for name, place in anywhere.items() if place} | found | {"ld": first}


def find_part(command: Sequence[str], name: str, around: Mapping[str, str]) -> str | None:
    """Ask where a program of the compiler's own is; one that does not know gives the name back, which is None here."""
    found = run_tool((*command, f"-print-prog-name={name}"), around).strip()
    return found if os.path.isabs(found) and os.access(found, os.X_OK) else None


def run_linker(command: Sequence[str], around: Mapping[str, str]) -> None:
    """Link once more; a large program takes its time. Raises ToolError with the linker's own words."""
    try:
        done = subprocess.run(
            command, env=around, stdin=subprocess.DEVNULL, capture_output=True, text=True, errors="replace", check=False
        )
    except OSError as error:
        raise ToolError(os.path.basename(command[0]), f"cannot be run: {error.strerror}") from error
    if done.returncode != 0:
        lines = done.stderr.splitlines() or [f"exit code {done.returncode}"]
        raise ToolError(os.path.basename(command[0]), lines[0].strip(), done.stderr)


def packs_relocations(toolchain: Toolchain, around: Mapping[str, str]) -> bool:
    """Say whether links with this compiler get DT_RELR without being asked: by making one."""
    source = "static int it; int *volatile place = &it;\n"
    with tempfile.TemporaryDirectory(prefix="glibcheck-") as folder:
        with open(os.path.join(folder, "it.c"), "w", encoding="utf-8") as stream:
            stream.write(source)
        command = (*toolchain.command, "-shared", "-fPIC", "-nostdlib", "it.c", "-o", "it.so")
        run_tool(command, around, folder)
        return read_image(os.path.join(folder, "it.so")).traits.relr


def compile_objects(
    toolchain: Toolchain,
    sources: Mapping[SymbolName, str],
    headers: Mapping[str, str],
    flags: Iterable[str],
    around: Mapping[str, str],
) -> dict[SymbolName, bytes]:
    """Compile C sources, by their names without '.c', to objects, in one run of the compiler.

    Raises: ToolError with the compiler's own words.
    """
    with tempfile.TemporaryDirectory(prefix="glibcheck-") as folder:
        for name, text in (*((f"{name}.c", text) for name, text in sources.items()), *headers.items()):
            with open(os.path.join(folder, name), "w", encoding="utf-8") as stream:
                stream.write(text)
        run_tool((*toolchain.command, *flags, "-c", *(f"{name}.c" for name in sources)), around, folder)
        return {name: _content(os.path.join(folder, f"{name}.o")) for name in sources}


def run_tool(command: Sequence[str], around: Mapping[str, str], folder: str | None = None) -> str:
    """Run a program and give what it printed; raises ToolError when it fails."""
    try:
        done = subprocess.run(
            command,
            cwd=folder,
            env={**_without_sysroots(around), "LC_ALL": "C"},
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            errors="replace",
            check=False,
            timeout=_PATIENCE,
        )
    except OSError as error:
        raise ToolError(command[0], f"cannot be run: {error.strerror}") from error
    except subprocess.TimeoutExpired as error:
        raise ToolError(command[0], f"took more than {_PATIENCE} seconds") from error
    if done.returncode != 0:
        lines = [line for line in done.stderr.splitlines() if "error" in line] or done.stderr.splitlines() or [""]
        raise ToolError(command[0], lines[0].strip() or f"exit code {done.returncode}", done.stderr)
    return done.stdout


def _macros(command: Sequence[str], around: Mapping[str, str]) -> dict[str, str]:
    """Read the macros that a compiler defines by itself."""
    lines = run_tool((*command, "-dM", "-E", "-x", "c", os.devnull), around).splitlines()
    rows = (line.split(" ", 2) for line in lines if line.startswith("#define "))
    return {row[1]: row[2] if len(row) > 2 else "" for row in rows}


def _file(command: Sequence[str], name: str, around: Mapping[str, str]) -> str | None:
    """Ask where a library is; a compiler that does not know gives the name back."""
    found = run_tool((*command, f"-print-file-name={name}"), around).strip()
    return os.path.normpath(found) if os.path.isabs(found) and os.path.isfile(found) else None


def _beside(libc: str | None) -> dict[str, str]:
    """Find the other libraries of a glibc in the folder of its libc.so.6."""
    folder = os.path.dirname(libc or "")
    paths = {name: os.path.join(folder, name) for name in _GLIBC}
    return {name: path for name, path in paths.items() if os.path.isfile(path)}


def _cxx(words: tuple[str, ...], around: Mapping[str, str]) -> tuple[str, ...] | None:
    """Choose the C++ compiler: that of CXX, else the sister of the C compiler."""
    if around.get("CXX"):
        chosen = tuple(around["CXX"].split())
    else:
        folder, name = os.path.split(words[0])
        for suffix, sister in (("clang", "clang++"), ("gcc", "g++"), ("cc", "c++")):
            if suffix in name:
                name = name.replace(suffix, sister, 1)
                break
        chosen = (os.path.join(folder, name), *words[1:])
    path = which(chosen[0], around)
    return None if path is None else (path, *chosen[1:])


def _without_sysroots(around: Mapping[str, str]) -> dict[str, str]:
    """Take the folders of our own sysroots out of the variables that lead compilers to linkers."""
    found = dict(around)
    for name in ("PATH", "COMPILER_PATH"):
        places = found.get(name, "").split(":")
        found[name] = ":".join(place for place in places if not _is_of_a_sysroot(place))
    if not found["COMPILER_PATH"]:
        del found["COMPILER_PATH"]
    return found


def _is_of_a_sysroot(place: str) -> bool:
    return os.path.isfile(os.path.join(os.path.dirname(place.rstrip("/")), "glibcheck-env"))


def _content(path: str) -> bytes:
    with open(path, "rb") as stream:
        return stream.read()
