"""All files of a sysroot, as values: what is in DIR, for one target, one compiler, and the place where DIR will be."""

from __future__ import annotations

from glibcheck.model.names import Soname
from glibcheck.sysroot import environment, scripts
from glibcheck.sysroot.elfwriter import write
from glibcheck.sysroot.runtimes import LIBGCC_S
from glibcheck.sysroot.wrappers import replaced_paths, wrapper

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from glibcheck.model.toolchain import Toolchain
    from glibcheck.sysroot.environment import Flags
    from glibcheck.sysroot.stub import StubLibrary

COMPAT = "libglibcheck_compat.a"
LIBSTDCXX = "libstdc++.a"


def fixed_files(stubs: Iterable[StubLibrary], archives: Mapping[str, bytes], machine: str) -> dict[str, bytes]:
    """Give the files that are the same wherever DIR is, by their names below it."""
    return {f"stubs/{stub.soname}": write(stub, machine) for stub in stubs} | dict(archives)


def placed_files(names: Sequence[str], toolchain: Toolchain, chosen: Flags, folder: str) -> dict[str, str]:
    """Give the texts that name DIR; `names` are those of `fixed_files`, `folder` is DIR itself."""
    stubs = [_soname(name) for name in names if name.startswith("stubs/")]
    libc = [name for name in stubs if name != LIBGCC_S]
    machine, place = toolchain.machine, f"{folder}/stubs"
    behind = [f"{folder}/{COMPAT}", *([toolchain.nonshared] if toolchain.nonshared else [])]
    texts = {"libc.so": scripts.libc_script(machine, libc, place, behind)}
    texts |= scripts.library_scripts(machine, libc, place)
    # `-l:libm.so.6` looks for this very name, and would find this system's.
    texts |= {name: texts[script] for name in libc if (script := f"{name.partition('.so')[0]}.so") in texts}
    if LIBGCC_S in stubs:
        texts["libgcc_s.so"] = scripts.libgcc_s_script(machine, f"{place}/{LIBGCC_S}")
    if LIBSTDCXX in names:
        texts["libstdc++.so"] = scripts.libstdcxx_script(machine, f"{folder}/{LIBSTDCXX}", f"{place}/{scripts.LIBM}")
    replaced = replaced_paths(toolchain.glibc, sorted(texts), folder)
    words = ("-L", folder, "--allow-shlib-undefined")
    texts |= {f"bin/{name}": wrapper(path, words, replaced) for name, path in toolchain.linkers.items()}
    if chosen.compile and toolchain.cc1plus is not None:
        texts["bin/cc1plus"] = wrapper(toolchain.cc1plus, chosen.compile)
    return texts | environment_files(chosen, toolchain)


def environment_files(chosen: Flags, toolchain: Toolchain) -> dict[str, str]:
    """Give the texts that tell builds of a sysroot."""
    return {
        "glibcheck-env": environment.shell(chosen),
        "toolchain.cmake": environment.cmake(chosen, toolchain),
        "meson.ini": environment.meson(chosen, toolchain),
        "cargo.toml": environment.cargo(chosen),
    }


def _soname(name: str) -> Soname:
    return Soname(name.removeprefix("stubs/"))
