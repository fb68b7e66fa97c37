"""Meanings: what a message of a loader means, what the builder and what the user can do about it."""

from __future__ import annotations

from glibcheck.model.versions import release

TYPE_CHECKING = False
if TYPE_CHECKING:
    from glibcheck.catalogue.glibc import Numbers

Texts = tuple[str, str, str]  # what it means, what the builder can do, what the user can do

_MERGED = (2, 34)  # libpthread, libdl, librt, libutil and libanl went into libc
_NEWER = "Use a newer system, or an older release of the package that was built for this one."

# Messages that say the same whatever they name.
PLAIN = {
    "library": (
        "The file needs a library that is not installed here, or not where the loader looks.",
        "Bring it into the wheel (auditwheel repair), or link it statically.",
        "Install the package that has the library, or name its directory in LD_LIBRARY_PATH.",
    ),
    "musl library": (
        "The file needs a library that is not installed here, or it is built for glibc and this system has musl.",
        "Build a musllinux wheel on Alpine, with its libraries brought along (auditwheel repair).",
        "Install the package that has the library (libstdc++ on Alpine), or a musllinux wheel.",
    ),
    "stack": (
        "The file asks for an executable stack, which glibc 2.41 and newer, and hardened systems, refuse.",
        "Add .note.GNU-stack sections to assembler sources and link with -Wl,-z,noexecstack.",
        "Install a newer release of the package; until then: patchelf --clear-execstack FILE.",
    ),
    "isa": (
        "The file was compiled for a newer processor than this one, and says so.",
        "Compile without -march=x86-64-v2 and the like, or choose code at run time.",
        "Use a newer processor, or a build for the first x86-64.",
    ),
    "class": (
        "The file is for another machine: 32 bits where 64 are wanted, or the other way around.",
        "Give the wheel the tag of the machine that it is built for.",
        "Install a build for this machine and this Python.",
    ),
    "tls": (
        "The file wants thread-local storage that must be there from the start, and that place is full.",
        "Compile with -ftls-model=global-dynamic, or -mtls-dialect=gnu2.",
        "Import the package earlier, or set GLIBC_TUNABLES=glibc.rtld.optional_static_tls=4096.",
    ),
    "no version": (
        "A warning: the library here defines no versions, though the file was linked with one that does.",
        "Link with the library that users have.",
        "Nothing needs to be done when it runs; else install the library that it was built with.",
    ),
    "auditwheel": (
        "The wheel's files need versions that the manylinux tag does not promise; auditwheel does not say which.",
        "glibcheck check --target TAG WHEEL names them, each with what to do.",
        "Nothing; this is for the one who builds the wheel.",
    ),
    "wheel": (
        "pip compared the tags in the wheel's name with this Python, machine and C library, and they do not fit.",
        "Build for older systems and other Pythons: see the tag with glibcheck check WHEEL.",
        "python -m pip debug --verbose lists the tags that fit here.",
    ),
}


def symbol_texts(
    kind: str, symbol: str, version: str | None, first: Numbers | None, merged: Numbers | None
) -> tuple[Texts, str | None]:
    """Choose the meaning and the advice for a symbol, and the version node that tells who has it; None for no node.

    `first` is the release of glibc that first had the symbol, `merged` the one from which on libc.so.6 has it under
    `version`; None when none has.
    """
    if kind == "relocating":
        whence = "glibc has it, so the file was most likely built for glibc" if first else "built for a newer musl"
        return (
            f"The musl here has no {symbol}: {whence}.",
            "Build on the oldest Alpine that is to be supported.",
            "Install a musllinux wheel, or use a newer Alpine.",
        ), None
    if symbol.startswith(("Py", "_Py")):
        return (
            f"{symbol} is of Python's C interface: the file was built for another Python, or is loaded without one.",
            "Build for each Python that is to be supported, or for its stable ABI (Py_LIMITED_API).",
            "Install a build for this Python: python -m pip install --force-reinstall PACKAGE.",
        ), None
    if first is None and version is not None and release(version):
        return (
            f"The file asks for {symbol} of {version}, which the library here does not have.",
            "Build with an older compiler or library; for C++ link libstdc++ statically (glibcheck fix).",
            _NEWER,
        ), version
    if first is None:
        return (
            f"No library that was loaded has {symbol}, nor has any glibc: one is missing, or of another release.",
            "Link with the library that defines it, so that DT_NEEDED names it.",
            "Install the library, in the release that the file was built with.",
        ), None
    return _of_glibc(symbol, version, first, merged)


def _of_glibc(symbol: str, version: str | None, first: Numbers, merged: Numbers | None) -> tuple[Texts, str | None]:
    node = _node(first)
    if symbol.startswith("__isoc23_"):
        return (
            f"The file asks for {symbol}, which the glibc here does not have. The headers of glibc 2.38 put it in "
            "place of the older function in C23.",
            "Compile what asks for it (often a prebuilt archive) with -std=gnu17, or on an older system.",
            _NEWER,
        ), node
    if version is not None and release(version) and first < _MERGED:
        return (
            f"The file expects {symbol} of {version} where the glibc here has not got it: before glibc 2.34 many "
            "functions are in libraries of their own, or have older versions only.",
            "Put the library that had it into DT_NEEDED, or bind to an older version (glibcheck fix does both).",
            _NEWER,
        ), _node(merged or first)
    return (
        f"The file asks for {symbol}, which the glibc here does not have.",
        "Compile what asks for it against an older glibc, or define it in a compat function.",
        _NEWER,
    ), node


def _node(numbers: Numbers) -> str:
    return f"GLIBC_{'.'.join(map(str, numbers))}"
