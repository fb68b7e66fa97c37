"""How builds are told of a sysroot: variables of the environment, and files for CMake, Meson and Cargo.

`LDFLAGS=-LDIR` alone reaches most builds. What else is here:

- `--allow-shlib-undefined`, so that a probe which links a program against a library of this system, which itself
needs a
  newer glibc, does not fail and switch a feature off;
- `-z nopack-relative-relocs` where the compiler packs by default: DT_RELR needs a loader of glibc 2.36;
- `-fno-gnu-unique` with a private C++ runtime: what the project's own objects define in templates of the standard
  library must not be unique in the process when the library is not (clang never makes such symbols);
- `-flto-partition=none` where -flto is on: the directives of `.symver` that a project has are lost in other partitions;
- COMPILER_PATH, where compilers look for `ld` first, for builds that override LDFLAGS.

Existing values are kept: ours come first for the linker's search order, and flags of the user that contradict win.

Trap: newer setuptools (84, say) takes CFLAGS and CXXFLAGS *in the place of* Python's own flags, -O3 and -DNDEBUG among
them. So a variable that was not there is not set, or the lowered build is one without optimization. CPPFLAGS are added
everywhere (setuptools, autotools, Meson); CMake, which does not read them, has its toolchain file.
"""

from __future__ import annotations

from glibcheck.model.record import Record

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping

    from glibcheck.model.toolchain import Toolchain

# Where the flags of compilers are, where the user has set them.
_COMPILE = ("CFLAGS", "CXXFLAGS", "FFLAGS", "FCFLAGS")
_LTO = (*_COMPILE, "LDFLAGS")
_CMAKE = "CMAKE_TOOLCHAIN_FILE"  # read from the environment by CMake 3.21 and newer


class Flags(Record):
    """What a sysroot wants of compilers and linkers; `path` is the folder of linkers in front of the real ones."""

    compile: tuple[str, ...]
    link: tuple[str, ...]
    path: str


def flags(folder: str, toolchain: Toolchain, private: bool, packs_relocations: bool) -> Flags:
    """Gather the flags for a sysroot in `folder`, whose C++ runtime is `private` or not."""
    link = [f"-L{folder}", "-Wl,--allow-shlib-undefined"]
    if packs_relocations:
        link.append("-Wl,-z,nopack-relative-relocs")
    compile_flags = ("-fno-gnu-unique",) if private and toolchain.kind == "gcc" else ()
    return Flags(compile_flags, tuple(link), f"{folder}/bin")


def variables(chosen: Flags, around: Mapping[str, str]) -> dict[str, str]:
    """Give the variables to set, with what the environment `around` has of them."""
    found = {}
    if chosen.compile:
        found = {name: _joined(around[name], chosen.compile) for name in _COMPILE if name in around}
        found["CPPFLAGS"] = _joined(around.get("CPPFLAGS", ""), chosen.compile)
        found[_CMAKE] = around.get(_CMAKE, _toolchain_file(chosen))
    link = chosen.link
    if any("-flto" in around.get(name, "") for name in _LTO):
        link = (*link, "-flto-partition=none")
    found["LDFLAGS"] = " ".join([*link, around.get("LDFLAGS", "")]).strip()
    for name in ("COMPILER_PATH", "PATH"):
        found[name] = ":".join(filter(None, [chosen.path, around.get(name, "")]))
    rust = " ".join(f"-C link-arg={word}" for word in link)
    found["RUSTFLAGS"] = f"{around.get('RUSTFLAGS', '')} {rust}".strip()
    return found


def shell(chosen: Flags) -> str:
    """Write `glibcheck-env`, which a shell reads with `.`."""
    lines = ["# Made by glibcheck; to be read by a shell: . glibcheck-env"]
    if chosen.compile:
        words = " ".join(chosen.compile)
        lines += [f'[ -z "${{{name}+set}}" ] || export {name}="${name} {words}"' for name in _COMPILE]
        lines.append(f'export CPPFLAGS="${{CPPFLAGS:+$CPPFLAGS }}{words}"')
        lines.append(f'export {_CMAKE}="${{{_CMAKE}-{_toolchain_file(chosen)}}}"')
    lines += [
        f'export LDFLAGS="{" ".join(chosen.link)} ${{LDFLAGS-}}"',
        f'export COMPILER_PATH="{chosen.path}${{COMPILER_PATH:+:$COMPILER_PATH}}"',
        f'export PATH="{chosen.path}:$PATH"',
        f'export RUSTFLAGS="${{RUSTFLAGS-}} {" ".join(f"-C link-arg={word}" for word in chosen.link)}"',
    ]
    return "\n".join(lines) + "\n"


def cmake(chosen: Flags, toolchain: Toolchain) -> str:
    """Write a toolchain file: `cmake -DCMAKE_TOOLCHAIN_FILE=DIR/toolchain.cmake`."""
    lines = ["# Made by glibcheck.", f'set(CMAKE_C_COMPILER "{toolchain.command[0]}")']
    if toolchain.cxx is not None:
        lines.append(f'set(CMAKE_CXX_COMPILER "{toolchain.cxx[0]}")')
    for language in ("C", "CXX"):
        lines += [f'string(APPEND CMAKE_{language}_FLAGS_INIT " {word}")' for word in chosen.compile]
    for kind in ("EXE", "SHARED", "MODULE"):
        lines.append(f'string(APPEND CMAKE_{kind}_LINKER_FLAGS_INIT " {" ".join(chosen.link)}")')
    lines.append(f'set(ENV{{COMPILER_PATH}} "{chosen.path}:$ENV{{COMPILER_PATH}}")')
    return "\n".join(lines) + "\n"


def meson(chosen: Flags, toolchain: Toolchain) -> str:
    """Write a native file: `meson setup --native-file DIR/meson.ini`."""
    languages = {"c": toolchain.command} | ({"cpp": toolchain.cxx} if toolchain.cxx is not None else {})
    lines = ["# Made by glibcheck.", "[binaries]", *(f"{name} = {_list(words)}" for name, words in languages.items())]
    lines.append("[built-in options]")
    for name in languages:
        lines += [f"{name}_args = {_list(chosen.compile)}", f"{name}_link_args = {_list(chosen.link)}"]
    return "\n".join(lines) + "\n"


def cargo(chosen: Flags) -> str:
    """Write a configuration: `cargo --config DIR/cargo.toml`."""
    words = ", ".join(f'"-C", "link-arg={word}"' for word in chosen.link)
    return (
        f'# Made by glibcheck.\n[target.\'cfg(all(target_os = "linux", target_env = "gnu"))\']\nrustflags = [{words}]\n'
    )


def _toolchain_file(chosen: Flags) -> str:
    return f"{chosen.path.removesuffix('/bin')}/toolchain.cmake"


def _joined(before: str, words: tuple[str, ...]) -> str:
    return " ".join(filter(None, [before, *words]))


def _list(words: tuple[str, ...]) -> str:
    return "[" + ", ".join(f"'{word}'" for word in words) + "]"
