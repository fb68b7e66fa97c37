"""What was just built for Python: its ELF files, which of them Python can import, and which its code may load by name.

It is a few megabytes that this machine made, so the files are read whole. PEP 3149 (suffixes of extension modules).
"""

from __future__ import annotations

import ast
import warnings

from glibcheck.elf.image import read_linkage
from glibcheck.errors import ElfError, InputError, NotDynamicError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable

    from glibcheck.model.image import Linkage


def elf_files(contents: Iterable[tuple[str, bytes]], whole: str) -> tuple[tuple[str, Linkage], ...]:
    """Read the programs and libraries among files given by path and content; what needs no versions is passed over.

    Raises: InputError for a damaged one, with `whole` for what it is a part of.
    """
    found = []
    for name, data in contents:
        try:
            found.append((name, read_linkage(data)))
        except NotDynamicError:
            continue
        except ElfError as error:
            raise InputError(f"{whole}:{name}", error.message, error.offset) from error
    return tuple(found)


def loaded_by_name(sources: Iterable[tuple[str, bytes]], files: Iterable[tuple[str, Linkage]]) -> dict[str, str]:
    """Find which libraries are named by Python files, given by path and content, as `ctypes.CDLL` must."""
    libraries = [path for path, linkage in files if linkage.image.soname is not None]
    found: dict[str, str] = {}
    for name, source in sources if libraries else ():
        strings = short_strings(source)
        for path in libraries:
            stem = path.rpartition("/")[2].partition(".")[0]
            if any(stem in string for string in strings):
                found.setdefault(path, name)
    return found


def short_strings(source: bytes) -> set[str]:
    """Collect the string literals of a Python file that are one word: what may be a file name; no text, no comment."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # An odd escape in a string is its author's business.
        try:
            nodes = ast.walk(ast.parse(source))
        except (SyntaxError, ValueError, RecursionError, MemoryError):
            return set()
    strings = (node.value for node in nodes if isinstance(node, ast.Constant) and isinstance(node.value, str))
    return {string for string in strings if len(string.split()) == 1}


def module_name(path: str) -> str:
    """Name a built file as a module: 'pkg/_x.abi3.so' and 'pkg/_x.cpython-311-x86_64.so' are 'pkg._x'."""
    folder, _, name = path.rpartition("/")
    return f"{folder.replace('/', '.')}.{name.partition('.')[0]}".lstrip(".")


def is_importable(path: str, linkage: Linkage) -> bool:
    """Say whether a built file is an extension module: by its suffix (PEP 3149, abi3) and its init function.

    A helper library that is built as an Extension has the suffix, too, but only ctypes or a linker can use it.
    """
    _, *suffixes = path.rpartition("/")[2].split(".")
    tagged = len(suffixes) == 2 and (suffixes[0] == "abi3" or suffixes[0].startswith("cpython-"))
    suffixed = suffixes[-1:] == ["so"] and (tagged or len(suffixes) == 1)
    return suffixed and any(export.name.startswith("PyInit") for export in linkage.exports)
