"""Names of C++ and Rust symbols as their source has them: '_ZNSt6thread4joinEv' is 'std::thread::join()'.

The grammars are the Itanium C++ ABI's (5.1, "External Names") and Rust's (RFC 2603; its older form borrows C++'s). The
package `demangle` reads them: pure Python, with limits on everything that a hostile name can ask for. On 168,013 C++
names of libstdc++, LLVM, clang and PyTorch it gave the text of binutils' `c++filt` for all but 23, and of 3 million
damaged names none did harm. What was not chosen, and why:

- `__cxa_demangle` of libstdc++, through ctypes or the package `cxxfilt`: ten times as fast, but it writes std::string
  where c++filt spells the template out (92.7 % equal on libstdc++'s own names), knows no Rust, and is not everywhere.
  One name of 315 bytes brings the process down: each of its 30 parameters is a pair of the one before, so the text has
  a thousand million parts. `c++filt` fares the same, in a process of its own.
- `itanium_demangler`: 25 % equal on libstdc++. LLVM's demangler (`pycxxfilt`): 49 %, for it spells differently, and it
  crashes on deep nesting. `cpp-demangle`: 88 %, and 3.5 seconds and 500 MB for that one name.

Trap: importing the package takes longer than a whole scan (40 ms), so this module is imported where a mangled name is
about to be shown, and not before.
"""

from __future__ import annotations

from demangle import Limits, demangle

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

# In characters. The longest of those real names has 604; five of them become longer than this, and nobody reads them.
_LIMITS = Limits(max_input=2_048, max_output=4_096)
_LANGUAGES = ("itanium", "rust")


def demangled(names: Sequence[str]) -> list[str]:
    """Give each name as its source has it, in the spelling of `c++filt`; one that cannot be read stays as it is.

    Rust's crate hashes are left out. Answers are kept, as files ask for the same names again and again; the package
    bounds that too.
    """
    return [demangle(name, language=_LANGUAGES, style="gnu", limits=_LIMITS) for name in names]
