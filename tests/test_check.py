"""The verdict on files and wheels: every rule on made-up files, groups, chains, tags, and what cannot be judged."""

from __future__ import annotations

from typing import Any

import pytest

from glibcheck.check import judge
from glibcheck.errors import TargetError
from glibcheck.model.finding import Failure, Passed, Result, ScannedFile
from glibcheck.model.image import ElfImage, Requirement, Traits
from glibcheck.model.names import Soname, SymbolName
from glibcheck.model.target import Target
from glibcheck.model.verdict import Judged, Verdict
from glibcheck.rules import RULES
from glibcheck.rules.wheels import platform_tags
from glibcheck.workspace.targets import target_for
from tests.values import LIBC, LIBM, LIBSTDCXX, image, required

PLAIN = Traits(libc="glibc", executable_stack=False)
OLD = required(LIBC, "GLIBC_2.2.5", "puts")
MVEC, LIBPYTHON = "libmvec.so.1", Soname("libpython3.11.so.1.0")


def made(
    *needs: Requirement, needed: tuple[str, ...] | None = None, loose: tuple[str, ...] = (), **changes: Any
) -> ElfImage:
    """Make an ordinary file; it names in DT_NEEDED what it has requirements of."""
    libraries = dict.fromkeys(need.library for need in needs) if needed is None else needed
    found = image(*needs, needed=libraries, unversioned=loose)
    return found._replace(traits=PLAIN)._replace(**changes)


def verdict(
    *results: Result | ElfImage, target: str | None = "manylinux_2_17", defined: tuple[str, ...] = (), elf: bool = False
) -> Verdict:
    rows: list[Result] = [
        ScannedFile(f"{number}.so", row) if isinstance(row, ElfImage) else row for number, row in enumerate(results)
    ]
    named = [row.path.partition(".whl:")[0] + (".whl" if ".whl:" in row.path else "") for row in rows]
    return judge(rows, named, target, target_for, lambda _: frozenset(map(SymbolName, defined)), elf)


def codes(found: Verdict | Judged) -> list[str]:
    files = found.files if isinstance(found, Verdict) else (found,)
    return [row.code for file in files for row in file.findings]


JUDGED = {
    "an-ordinary-file": (made(OLD), "2.17", []),
    "too-new": (made(required(LIBM, "GLIBC_2.29", "pow")), "2.17", ["GC001"]),
    "not-too-new": (made(required(LIBM, "GLIBC_2.29", "pow")), "2.29", []),
    "by-number-not-by-text": (made(required(LIBC, "GLIBC_2.4", "a"), OLD), "2.14", []),
    "each-symbol-is-a-finding": (made(required(LIBM, "GLIBC_2.29", "exp", "pow")), "2.17", ["GC001", "GC001"]),
    "no-symbol-asks-for-it": (made(OLD, required(LIBC, "GLIBC_2.34")), "2.17", ["GC001"]),
    "weak-versions-do-not-count": (made(OLD, required(LIBC, "GLIBC_2.34", "a", weak=True)), "2.17", []),
    "libstdc++": (made(OLD, required(LIBSTDCXX, "GLIBCXX_3.4.30", "_Zx")), "2.17", ["GC001"]),
    "unversioned": (made(OLD, loose=("__isoc23_strtol",)), "2.17", ["GC002"]),
    "unversioned-at-a-newer-target": (made(OLD, loose=("__isoc23_strtol",)), "2.38", []),
    "unversioned-and-old": (made(OLD, loose=("strtol", "PyList_New")), "2.17", []),
    "unversioned-and-weak": (
        made(OLD, loose=("arc4random",), weak_symbols=frozenset({SymbolName("arc4random")})), "2.17", [],
    ),
    "misplaced": (made(required(LIBC, "GLIBC_2.2.5", "dlsym")), "2.17", ["GC003"]),
    "at-home": (made(required(LIBC, "GLIBC_2.2.5", "dlsym"), needed=(LIBC, "libdl.so.2")), "2.17", []),
    "moved-already": (made(required(LIBC, "GLIBC_2.2.5", "dlsym")), "2.34", []),
    "a-clock-of-librt": (made(required(LIBC, "GLIBC_2.2.5", "clock_gettime")), "2.28", ["GC003"]),
    "private": (made(OLD, required(LIBC, "GLIBC_PRIVATE", "__libc_x")), "2.17", ["GC004"]),
    "relr": (made(OLD, required(LIBC, "GLIBC_ABI_DT_RELR")), "2.34", ["GC005"]),
    "relr-at-2.36": (made(OLD, required(LIBC, "GLIBC_ABI_DT_RELR")), "debian:12", []),
    "relr-that-does-not-say-so": (made(OLD, traits=PLAIN._replace(relr=True)), "2.34", ["GC005"]),
    "processor": (made(OLD, traits=PLAIN._replace(isa_level="x86-64-v3")), "2.34", ["GC006"]),
    "processor-that-the-target-has": (made(OLD, traits=PLAIN._replace(isa_level="x86-64-v2")), "rhel:9", []),
    "executable-stack": (made(OLD, traits=PLAIN._replace(executable_stack=True)), "2.34", ["GC007"]),
    "a-stack-that-nothing-is-said-of": (made(OLD, traits=PLAIN._replace(executable_stack=None)), "2.34", ["GC007"]),
    "the-same-on-aarch64": (
        made(required(LIBC, "GLIBC_2.17", "puts"), machine="aarch64", traits=PLAIN._replace(executable_stack=None)),
        "2.34", [],
    ),
    "libpython": (made(OLD, traits=PLAIN._replace(python=LIBPYTHON)), "2.34", ["GC008"]),
    "a-program-may-have-libpython": (
        made(OLD, interp="/lib64/ld.so", traits=PLAIN._replace(python=LIBPYTHON)), "2.34", [],
    ),
    "text-relocations": (made(OLD, traits=PLAIN._replace(text_relocations=True)), "2.34", ["GC009"]),
    "external": (made(OLD, needed=(LIBC, "libssl.so.3")), "manylinux_2_17", ["GC010"]),
    "a-glibc-says-nothing-of-libraries": (made(OLD, needed=(LIBC, "libssl.so.3")), "2.17", []),
    "the-loader-is-no-external-library": (made(OLD, needed=(LIBC, "ld-linux-x86-64.so.2")), "manylinux_2_17", []),
    "forbidden": (made(OLD, needed=(LIBC, "libz.so.1"), loose=("inflate_table",)), "manylinux_2_17", ["GC011"]),
    "forbidden-on-aarch64": (
        made(required(LIBC, "GLIBC_2.18", "__cxa_thread_atexit_impl"), machine="aarch64"), "manylinux2014", ["GC011"],
    ),
    "allowed-on-aarch64": (made(required(LIBC, "GLIBC_2.18", "other"), machine="aarch64"), "manylinux2014", []),
    "versions-of-a-library-that-is-not-named": (
        made(OLD, required(LIBM, "GLIBC_2.2.5", "pow"), needed=(LIBC,)), "2.17", ["GC012"],
    ),
    "versions-removed": (made(needed=(LIBC,), loose=("puts", "malloc")), "2.17", ["GC012"]),
    "no-glibc-no-versions": (made(needed=(), loose=("PyList_New",)), "2.17", []),
    "other-machine": (made(OLD, machine="i686"), "manylinux_2_17_x86_64", ["GC013"]),
    "musl-for-glibc": (
        made(needed=("libc.musl-x86_64.so.1",), loose=("puts",), traits=PLAIN._replace(libc="musl")), "2.17", ["GC014"],
    ),
    "musl-for-musl": (
        made(needed=("libc.musl-x86_64.so.1",), loose=("puts",), traits=PLAIN._replace(libc="musl")),
        "musllinux_1_2", [],
    ),
}  # fmt: skip


@pytest.mark.parametrize(("file", "target", "expected"), JUDGED.values(), ids=JUDGED.keys())
def test_rules(file: ElfImage, target: str, expected: list[str]) -> None:
    found = verdict(file, target=target)
    assert (codes(found), found.errors) == (expected, ())
    assert found.ok is not bool(expected)
    assert all(row.message and row.fix for judged in found.files for row in judged.findings)


def test_every_rule_of_files_is_met_by_the_table() -> None:
    assert {code for _, _, expected in JUDGED.values() for code in expected} == set(RULES) - {"GC015", "GC016"}


BIND = "bind to GLIBC_2.2.5 (glibcheck fix, or glibcheck symver)"
FIXES = [
    (required(LIBM, "GLIBC_2.29", "pow"), BIND),
    (required(LIBC, "GLIBC_2.34", "dlsym"), f"{BIND}, and link -l:libdl.so.2"),
    (required(LIBC, "GLIBC_2.36", "arc4random"), "no older version to bind to: glibcheck build brings"),
    (required(LIBM, "GLIBC_2.31", "totalorder"), "must not be bound to GLIBC_2.25: since 2.31 it takes pointers"),
    (required(MVEC, "GLIBC_2.22", "_ZGVbN2v_sin"), "cannot be bound to an older version: compile with -fno-tree"),
    (required(LIBSTDCXX, "GLIBCXX_3.4.30", "_Zx"), "link libstdc++ statically"),
    (required("libgcc_s.so.1", "GCC_14.0.0", "__x"), "link against the libgcc_s that the target has"),
]  # fmt: skip


@pytest.mark.parametrize(("need", "fix"), FIXES, ids=[row[0].version for row in FIXES])
def test_the_fix_is_right_for_the_symbol(need: Requirement, fix: str) -> None:
    at = "2.28" if "totalorder" in need.symbols else "2.17"
    (row,) = verdict(made(OLD, need), target=at).files[0].findings
    assert row.fix.startswith(fix)


def test_what_another_file_of_the_group_brings_is_no_finding() -> None:
    extension = made(OLD, needed=(LIBC, "libours.so"), loose=("strlcpy",))
    helper = made(OLD, soname="libours.so")
    assert codes(verdict(extension, target="manylinux_2_17")) == ["GC002", "GC010"]
    assert codes(verdict(extension, helper, target="manylinux_2_17")) == ["GC002"]
    assert codes(verdict(extension, helper, target="manylinux_2_17", defined=("strlcpy",))) == []


def test_the_chain_leads_from_a_file_that_nobody_needs() -> None:
    first = made(OLD, needed=(LIBC, "liba.so", "libb.so"), soname="_ext.so")
    a, b = made(OLD, needed=(LIBC, "libb.so"), soname="liba.so"), made(OLD, soname="libb.so")
    ring = made(OLD, needed=(LIBC, "libself.so"), soname="libself.so")
    found = verdict(b, a, first, ring)
    assert [file.chain for file in found.files] == [
        ("_ext.so", "libb.so"), ("_ext.so", "liba.so"), ("_ext.so",), ("libself.so",),
    ]  # fmt: skip


WHEEL = "dist/x-1-cp311-cp311-{}.whl"


def in_wheel(tag: str, *files: ElfImage) -> list[Result]:
    return [ScannedFile(f"{WHEEL.format(tag)}:pkg/{number}.so", file) for number, file in enumerate(files)]


@pytest.mark.parametrize(
    ("tag", "file", "expected"),
    [
        ("manylinux_2_17_x86_64", made(OLD), []),
        ("manylinux_2_17_x86_64", made(required(LIBM, "GLIBC_2.29", "pow")), ["GC015", "GC001"]),
        ("manylinux2014_x86_64.manylinux_2_17_x86_64", made(OLD), []),
        ("manylinux_2_5_x86_64.manylinux_2_28_x86_64", made(required(LIBC, "GLIBC_2.17", "a")), ["GC015", "GC001"]),
        ("manylinux_2_17_aarch64", made(OLD), ["GC015", "GC013"]),
        ("musllinux_1_2_x86_64", made(OLD), ["GC015", "GC014"]),
        ("manylinux_2_17_x86_64", made(OLD, traits=PLAIN._replace(executable_stack=True)), ["GC007"]),
    ],
)
def test_a_wheel_is_held_to_its_tag(tag: str, file: ElfImage, expected: list[str]) -> None:
    found = verdict(*in_wheel(tag, file), target=None)
    assert [code for code in codes(found) if code != "GC010"] == expected


def test_a_target_for_a_wheel_does_not_hide_that_its_tag_lies() -> None:
    rows = in_wheel("manylinux_2_17_x86_64", made(required(LIBM, "GLIBC_2.29", "pow")), made(OLD))
    (wheel, *files) = verdict(*rows, target="2.34").files
    assert [row.message for row in wheel.findings] == [
        "the tag says manylinux_2_17_x86_64, the content needs glibc 2.29: 1 of 2 files do not keep it"
    ]
    assert wheel.path == WHEEL.format("manylinux_2_17_x86_64")
    assert [codes(file) for file in files] == [[], []]


def test_a_tag_of_any_with_elf_files_is_wrong() -> None:
    found = verdict(*in_wheel("any", made(OLD)), target="2.17")
    assert codes(found) == ["GC015"]
    assert "the tag says 'any'" in found.files[0].findings[0].message


@pytest.mark.parametrize("tag", ["linux_x86_64", "any"])
def test_a_tag_that_promises_nothing_needs_a_target(tag: str) -> None:
    found = verdict(*in_wheel(tag, made(OLD)), target=None)
    assert not found.ok
    assert found.errors == (
        Failure(WHEEL.format(tag), "no target: its tag promises no system; give one with --target"),
    )


@pytest.mark.parametrize(
    ("file", "target", "message"),
    [
        (made(OLD), None, "no target: files have no tag to be held to; give one with --target"),
        (made(OLD), "manylinx_2_28", "unknown target 'manylinx_2_28': did you mean manylinux_2_28"),
        (made(OLD, machine="mips64el"), "2.28", "auditwheel has no manylinux policy for this machine"),
        (made(OLD, machine="ppc64"), "2.31", "glibc on ppc64 is not in the catalogue"),
    ],
)
def test_what_cannot_be_judged_is_no_pass(file: ElfImage, target: str | None, message: str) -> None:
    found = verdict(file, target=target)
    assert not found.ok
    assert message in found.errors[0].message


def test_failures_are_errors_and_objects_are_passed() -> None:
    found = verdict(Failure("bad.so", "cut short"), Passed("a.o", "a relocatable object"), made(OLD))
    assert (found.ok, found.errors, found.passed) == (
        False, (Failure("bad.so", "cut short"),), (Passed("a.o", "a relocatable object"),),
    )  # fmt: skip


@pytest.mark.parametrize(
    ("path", "library"), [("lib.so", True), ("lib.so.1", True), ("x.debug", False), ("a.o", False)]
)
def test_a_library_without_a_dynamic_section_is_no_pass(path: str, library: bool) -> None:
    found = verdict(Passed(path, "no dynamic section"))
    assert codes(found) == (["GC012"] if library else [])


def test_wheels_without_elf_files_pass_with_a_word_unless_one_is_asked_for() -> None:
    paths = ["x-1-py3-none-any.whl"]
    loose = judge([], paths, None, target_for, lambda _: frozenset())
    assert (loose.ok, loose.notes) == (True, ("x-1-py3-none-any.whl: no ELF file, nothing to judge",))
    strict = judge([], paths, None, target_for, lambda _: frozenset(), require_elf=True)
    assert (strict.ok, codes(strict)) == (False, ["GC016"])
    nothing = judge([], ["build"], "2.17", target_for, lambda _: frozenset(), require_elf=True)
    assert codes(nothing) == ["GC016"]


def test_what_is_defined_is_asked_for_only_where_it_matters() -> None:
    def refuse(_: object) -> frozenset[SymbolName]:
        raise AssertionError

    rows = [ScannedFile("a.so", made(OLD)), ScannedFile("b.so", made(OLD))]
    assert judge(rows, ["a.so", "b.so"], "2.17", target_for, refuse).ok


def test_findings_stand_by_code_and_library_newest_first() -> None:
    found = verdict(
        made(required(LIBM, "GLIBC_2.29", "pow", "exp"), required(LIBC, "GLIBC_2.4", "a"),
             required(LIBC, "GLIBC_2.33", "z"), required(LIBC, "GLIBC_2.34", "b"), loose=("arc4random",)),
        target="2.17",
    )  # fmt: skip
    assert [(row.code, row.version, row.symbol) for row in found.files[0].findings] == [
        ("GC001", "GLIBC_2.34", "b"), ("GC001", "GLIBC_2.33", "z"), ("GC001", "GLIBC_2.29", "exp"),
        ("GC001", "GLIBC_2.29", "pow"), ("GC002", "GLIBC_2.36", "arc4random"),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("name", "tags"),
    [
        ("x-1-cp311-cp311-manylinux_2_17_x86_64.whl", ("manylinux_2_17_x86_64",)),
        ("a/b-c/x-1-1a-cp311-cp311-manylinux1_i686.manylinux_2_5_i686.whl", ("manylinux1_i686", "manylinux_2_5_i686")),
        ("x-1-py3-none-any.whl", ("any",)),
        ("not_a_wheel.whl", ()),
        ("x-1-py3-none-any.zip", ()),
    ],
)
def test_platform_tags(name: str, tags: tuple[str, ...]) -> None:
    assert platform_tags(name) == tags


def test_targets_are_resolved_by_the_machine_of_each_file() -> None:
    asked = []

    def resolve(text: str, machine: str) -> Target:
        asked.append((text, machine))
        if machine == "aarch64":
            raise TargetError(text, "not there")
        return target_for(text, machine)

    rows = [ScannedFile("a.so", made(OLD)), ScannedFile("b.so", made(OLD, machine="aarch64"))]
    found = judge(rows, ["a.so"], "2.28", resolve, lambda _: frozenset())
    assert asked == [("2.28", "x86_64"), ("2.28", "aarch64")]
    assert found.errors[0].message == "unknown target '2.28': not there"
