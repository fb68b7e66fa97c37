"""Names as their source has them: the spelling is that of c++filt, and no name may cost much."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import time

import pytest

from glibcheck.demangle import demangled
from glibcheck.elf.image import read_linkage
from tests.tools import missing, need, output

LONGEST_SHOWN = 4_096

NAMES = {
    "_ZNSt6thread4joinEv": "std::thread::join()",
    "_ZdlPvm": "operator delete(void*, unsigned long)",
    "_ZTVN10__cxxabiv117__class_type_infoE": "vtable for __cxxabiv1::__class_type_info",
    "_ZTISt12system_error": "typeinfo for std::system_error",
    "_ZNKSt6vectorIiSaIiEE2atEm": "std::vector<int, std::allocator<int> >::at(unsigned long) const",
    "_ZNSt7__cxx1112basic_stringIcSt11char_traitsIcESaIcEE9_M_appendEPKcm": (
        "std::__cxx11::basic_string<char, std::char_traits<char>, std::allocator<char> >"
        "::_M_append(char const*, unsigned long)"
    ),
    "_ZNSsC1EPKc": "std::basic_string<char, std::char_traits<char>, std::allocator<char> >::basic_string(char const*)",
    "_ZThn16_NSdD1Ev": "non-virtual thunk to std::basic_iostream<char, std::char_traits<char> >::~basic_iostream()",
    "_ZGVZN3fooEvE3bar": "guard variable for foo()::bar",
    "_ZZ4mainENKUliE_clEi": "main::{lambda(int)#1}::operator()(int) const",
    "_ZN1AcvbEv": "A::operator bool()",
    "_Z1fIJidEEvDpT_": "void f<int, double>(int, double)",
}
RUST = {
    "_ZN4core3fmt9Formatter3pad17h0123456789abcdefE": "core::fmt::Formatter::pad",
    "_RNvCs3MG2ofusW15_7mycrate3run": "mycrate::run",
    "_RNvMNtCs3MG2ofusW15_5alloc6stringNtB2_6String4push": "<alloc::string::String>::push",
}
UNREADABLE = {
    "plain": "malloc",
    "empty": "",
    "prefix-alone": "_Z",
    "damaged": "_ZNSt6thread4join",
    "more-behind": "_ZNSt6thread4joinEv!",
    "other-language": "?f@@YAXH@Z",
    "swift": "$s10Foundation4DataV5countSivg",
    "not-utf-8": "_ZN3foo\udcff3barEv",
    "control-characters": "_Z1f\x1b[31m",
}


def code(number: int) -> str:
    """Write a substitution: S_, S0_, ... S9_, SA_, ... (base 36, one less than the number)."""
    digits = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"
    text, rest = "", number - 1
    while rest > 35:
        text, rest = digits[rest % 36] + text, rest // 36
    return "S_" if number == 0 else f"S{digits[rest]}{text}_"


def doubling(steps: int) -> str:
    """Make f(pair<int, int>, pair<S1, S1>, pair<S2, S2>, ...): every parameter is twice as long as the one before."""
    return "_Z1fSt4pairIiiE" + "".join(f"S_I{code(number)}{code(number)}E" for number in range(1, steps + 1))


HOSTILE = {
    "text-doubles-30-times": doubling(30),
    "text-doubles-60-times": doubling(60),
    "text-doubles-5000-times": doubling(5_000),
    "functions-double": "_Z1f" + "PFiiE" + "".join(f"PF{code(n)}{code(n)}E" for n in range(1, 90, 2)),
    "deep-pointers": "_Z1f" + "P" * 65_000 + "i",
    "deep-pointers-within-the-limit": "_Z1f" + "P" * 2_000 + "i",
    "deep-scopes": "_ZN" + "1a" * 32_000 + "E",
    "deep-templates": "_Z1f" + "1aI" * 20_000 + "i" + "E" * 20_000,
    "deep-templates-within-the-limit": "_Z1f" + "1aI" * 400 + "i" + "E" * 400,
    "deep-functions": "_Z1f" + "PFv" * 15_000 + "i" + "E" * 15_000,
    "deep-locals": "_Z" + "Z1f" * 15_000,
    "deep-expressions": "_Z1fIiEDT" + "plT_" * 500 + "T_Ev",
    "deep-packs": "_Z1fI" + "J" * 500 + "i" + "E" * 500 + "EvDpT_",
    "nested-expansions": "_Z1fIJ" + "i" * 300 + "EEv" + "DpT_" * 300,
    "long-number": "_Z" + "9" * 60_000 + "a",
    "length-past-the-end": "_Z99999999999999999999a",
    "name-of-64-kib": "_Z65000" + "a" * 65_000,
    "rust-deep": "_R" + "Nv" * 900 + "C1a" + "1b" * 900,
    "rust-back-references": "_RINvC1a1b" + "TB_B_E" * 300 + "E",
    "rust-punycode": "_RNvC1au1900_" + "9" * 1_900,
}


@pytest.mark.parametrize("mangled", [*NAMES, *RUST])
def test_a_name_is_shown_as_its_source_has_it(mangled: str) -> None:
    assert demangled([mangled]) == [(NAMES | RUST)[mangled]]


def test_names_stay_in_order() -> None:
    assert demangled([*NAMES, "malloc", *NAMES]) == [*NAMES.values(), "malloc", *NAMES.values()]
    assert demangled([]) == []


@pytest.mark.parametrize("name", UNREADABLE.values(), ids=UNREADABLE)
def test_what_cannot_be_read_stays_as_it_is(name: str) -> None:
    assert demangled([name]) == [name]


@pytest.mark.parametrize("name", HOSTILE.values(), ids=HOSTILE)
def test_a_hostile_name_costs_little(name: str) -> None:
    started = time.process_time()
    [shown] = demangled([name])
    assert time.process_time() - started < 2
    assert shown == name or len(shown) <= LONGEST_SHOWN


def test_all_hostile_names_together_need_little_memory() -> None:
    # 300 MB of address space is what the interpreter and the package need, and some.
    script = (
        "import resource, sys; resource.setrlimit(resource.RLIMIT_AS, (300 << 20, 300 << 20)); "
        "from glibcheck.demangle import demangled; print(len(demangled(sys.stdin.read().split())))"
    )
    done = subprocess.run(
        (sys.executable, "-c", script), input="\n".join(HOSTILE.values()), capture_output=True, check=False, text=True
    )
    assert (done.returncode, done.stdout, done.stderr) == (0, f"{len(HOSTILE)}\n", "")


def oracle(*names: str) -> list[str]:
    need("c++filt")
    return output("c++filt", *names).splitlines()


def test_the_spelling_is_that_of_cxxfilt() -> None:
    assert oracle(*NAMES) == list(NAMES.values())


@pytest.mark.parametrize("mangled", RUST)
def test_the_spelling_of_rust_is_that_of_cxxfilt_without_hashes(mangled: str) -> None:
    [shown] = oracle(mangled)
    assert re.sub(r"\[[0-9a-f]+\]|::h[0-9a-f]{16}$", "", shown) == RUST[mangled]


@pytest.mark.oracle
@pytest.mark.parametrize("library", ["libstdc++", "libicuuc", "libLLVM"])
def test_the_names_of_a_library_read_as_cxxfilt_reads_them(library: str) -> None:
    path = _library(library)
    with open(path, "rb") as stream:
        names = [row.name for row in read_linkage(stream.read()).exports if row.name.startswith("_Z")]
    expected = [shown for start in range(0, len(names), 500) for shown in oracle(*names[start : start + 500])]
    pairs = zip(names, demangled(names), expected, strict=True)
    # An older c++filt leaves the newest constructs of the ABI (requires clauses) as they are.
    wrong = [(name, ours, theirs) for name, ours, theirs in pairs if theirs not in {ours, name}]
    print(f"{library}: {len(names)} names, {len(wrong)} differ")
    assert len(wrong) * 1_000 <= len(names), wrong[:5]


def _library(start: str) -> str:
    """Find a library of this system by the beginning of its name."""
    for folder in (f"/usr/lib/{os.uname().machine}-linux-gnu", "/usr/lib64"):
        names = os.listdir(folder) if os.path.isdir(folder) else []
        names = sorted(name for name in names if name.startswith(start) and ".so." in name)
        if names:
            return os.path.join(folder, names[-1])
    missing(start)
    raise AssertionError
