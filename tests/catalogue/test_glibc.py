"""The catalogue of glibc beside the lists of its releases: every difference is named, and explained or a failure."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator

import pytest

from glibcheck.catalogue.glibc import LIBC, MACHINES, Glibc, glibc
from glibcheck.model.names import SymbolName
from glibcheck.model.versions import order as place
from tests.catalogue.lists import lists

RELEASES = range(17, 43)
# How the lists call our libraries; what they have beside (for debuggers, of libxcrypt, of tests) programs do not link.
LIBRARIES = {
    "libc": LIBC, "libm": "libm.so.6", "libmvec": "libmvec.so.1", "libpthread": "libpthread.so.0",
    "libdl": "libdl.so.2", "librt": "librt.so.1", "libutil": "libutil.so.1", "libanl": "libanl.so.1",
    "libresolv": "libresolv.so.2", "libnsl": "libnsl.so.1", "libBrokenLocale": "libBrokenLocale.so.1",
}  # fmt: skip

# Why the home that we know of a symbol differs from the lists': machine, symbol, version, release, what they have, what
# we have. Each is a pattern of the line that tells the difference.
MEANT = {
    "the unwinder of GCC 3, which old files of two machines take from libc; its version is none of glibc's": (
        r"(i686|s390x) \w+ GCC_3\.0 .*: libc\.so\.6, not nothing"
    ),
    "the lists have no libanl of s390x from 2.20 to 2.33, and have its symbols before and after": (
        r"s390x (__)?g\w+ GLIBC_2\.2\.3 .*: nothing, not libanl\.so\.1"
    ),
    "a version of s390x in 2.19 alone, taken back in 2.20": r"s390x \w+ GLIBC_2\.19 2\.\d+: .*, not nothing",
    "gone before the oldest package of the machine that is left": (
        r"\w+ (pthread_atfork|malloc_[gs]et_state) \S+ 2\.\d+: .*, not nothing"
    ),
}


def known(machine: str) -> Glibc:
    found = glibc(machine)
    assert found is not None
    return found


def homes(machine: str) -> dict[tuple[str, str], dict[int, set[str]]]:
    """Arrange the lists: for each symbol and version the libraries that have it, by release 2.N."""
    found: dict[tuple[str, str], dict[int, set[str]]] = {}
    for name, library in LIBRARIES.items():
        for symbol, versions in lists(machine).get(name, {}).items():
            for version, (_, first, last) in versions.items():
                if symbol.endswith("_version_placeholder"):
                    continue
                for release in range(first, last + 1):
                    found.setdefault((symbol, version), {}).setdefault(release, set()).add(library)
    return found


def differences(machine: str) -> Iterator[str]:
    catalogue, theirs = known(machine), homes(machine)
    start = min(release for releases in theirs.values() for release in releases)
    ours = {(row.symbol, row.version) for name in catalogue.symbols() for row in catalogue.rows(name)}
    loader = {
        row.symbol for name in catalogue.symbols() for row in catalogue.rows(name) if row.library.startswith("ld")
    }
    for symbol, version in sorted({*theirs, *((str(name), str(node)) for name, node in ours)}):
        if symbol in loader:
            continue
        for release in RELEASES:
            if release >= start:
                there = theirs.get((symbol, version), {}).get(release, set())
                home = catalogue.home(SymbolName(symbol), version, (2, release))
                if home not in there and (there or home is not None):
                    has = " ".join(sorted(there)) or "nothing"
                    yield f"{machine} {symbol} {version} 2.{release}: {has}, not {home or 'nothing'}"


def reason(line: str) -> str:
    return next((why for why, pattern in MEANT.items() if re.fullmatch(pattern, line)), line)


@pytest.mark.parametrize("machine", MACHINES)
def test_each_symbol_is_at_home_where_the_release_has_it(machine: str) -> None:
    found = list(differences(machine))
    reasons = Counter(map(reason, found))
    print(
        f"{machine}: {len(homes(machine))} symbols and versions in {len(RELEASES)} releases, {len(found)} differences"
    )
    for why, count in reasons.most_common():
        print(f"  {count:5} {why}")
    assert set(reasons) <= set(MEANT)


def test_no_explanation_is_idle() -> None:
    assert {reason(line) for machine in MACHINES for line in differences(machine)} == set(MEANT)


@pytest.mark.parametrize("machine", MACHINES)
def test_kinds_and_sizes_are_those_of_the_lists(machine: str) -> None:
    letters = {"function": "F", "object": "D", "thread-local": "T"}
    ours = {
        (row.library, row.symbol, row.version): letters[row.kind] + (str(row.size) if row.kind == "object" else "")
        for name in known(machine).symbols()
        for row in known(machine).rows(name)
    }
    theirs = {
        (library, symbol, version): kind if kind[0] != "T" else "T"
        for name, library in LIBRARIES.items()
        for symbol, versions in lists(machine).get(name, {}).items()
        for version, (kind, _, _) in versions.items()
    }
    both = ours.keys() & theirs.keys()
    assert len(both) > 3000
    assert {key: (ours[key], theirs[key]) for key in both if ours[key] != theirs[key]} == {}


@pytest.mark.parametrize("machine", MACHINES)
def test_the_first_release_of_a_name_is_that_of_the_lists(machine: str) -> None:
    theirs: dict[str, int] = {}
    for (symbol, _), releases in homes(machine).items():
        theirs[symbol] = min(theirs.get(symbol, 99), *releases)
    start = min(theirs.values())
    # s390x had a new __setjmp in 2.19 alone.
    new = {symbol: release for symbol, release in theirs.items() if release > start and symbol != "__setjmp"}
    # What moved to another library between two lists is new there only; none of ours is older or younger.
    wrong = {symbol: known(machine).first(SymbolName(symbol)) for symbol, release in new.items()
             if known(machine).first(SymbolName(symbol)) != (2, release)}  # fmt: skip
    assert wrong == {}
    for name in known(machine).newer((2, start)):
        row = known(machine).rows(name)[0]
        assert name in new or row.library.startswith("ld") or row.since > (2, RELEASES[-1]), name


@pytest.mark.parametrize(
    ("symbol", "version", "release", "home"),
    [
        ("dlsym", "GLIBC_2.2.5", (2, 33), "libdl.so.2"),
        ("dlsym", "GLIBC_2.2.5", (2, 34), LIBC),
        ("dlsym", "GLIBC_2.34", (2, 33), None),
        ("dlsym", "GLIBC_2.34", (2, 34), LIBC),
        ("pthread_mutex_lock", "GLIBC_2.2.5", (2, 17), LIBC),
        ("pthread_sigmask", "GLIBC_2.2.5", (2, 31), "libpthread.so.0"),
        ("pthread_sigmask", "GLIBC_2.2.5", (2, 32), LIBC),
        ("clock_gettime", "GLIBC_2.2.5", (2, 30), "librt.so.1"),
        ("clock_gettime", "GLIBC_2.17", (2, 17), LIBC),
        ("pow", "GLIBC_2.29", (2, 28), None),
        ("malloc", "GLIBC_2.2.5", (2, 5), LIBC),
        ("no_such_symbol", "GLIBC_2.2.5", (2, 17), None),
    ],
)
def test_home_on_x86_64(symbol: str, version: str, release: tuple[int, ...], home: str | None) -> None:
    assert known("x86_64").home(SymbolName(symbol), version, release) == home


def test_the_version_to_fall_back_to_is_the_newest_that_the_release_has() -> None:
    catalogue = known("x86_64")
    assert catalogue.usable(SymbolName("pow"), "libm.so.6", (2, 28)) == "GLIBC_2.2.5"
    assert catalogue.usable(SymbolName("pthread_cond_wait"), LIBC, (2, 17)) == "GLIBC_2.3.2"
    assert catalogue.usable(SymbolName("arc4random"), LIBC, (2, 17)) is None
    assert known("aarch64").usable(SymbolName("pow"), "libm.so.6", (2, 28)) == "GLIBC_2.17"


def test_data_has_sizes_and_other_names() -> None:
    (row,) = known("x86_64").rows(SymbolName("environ"))
    assert (row.kind, row.size) == ("object", 8)
    (row,) = known("i686").rows(SymbolName("environ"))
    assert (row.kind, row.size) == ("object", 4)
    assert ("__environ", "_environ", "environ") in known("x86_64").aliases


def test_a_machine_that_is_not_there_is_none() -> None:
    assert glibc("mips64el") is None


@pytest.mark.parametrize("machine", MACHINES)
def test_the_sources_are_named(machine: str) -> None:
    assert known(machine).machine == machine
    assert all(re.fullmatch(r"libc6 2\.\d+-\S+ \w+", source) for source in known(machine).sources)
    assert known(machine).release >= (2, 43)


@pytest.mark.parametrize("machine", MACHINES)
@pytest.mark.parametrize("release", [(2, 17), (2, 27), (2, 28), (2, 34), (2, 41)])
def test_newer_names_are_those_of_which_every_version_is_newer(machine: str, release: tuple[int, ...]) -> None:
    catalogue = known(machine)
    rows = {symbol: catalogue.rows(symbol) for symbol in catalogue.symbols()}
    expected = {
        symbol
        for symbol, found in rows.items()
        if all(place(row.version)[1] > release for row in found) and any(row.default for row in found)
    }
    assert catalogue.newer(release) == expected


@pytest.mark.parametrize("machine", MACHINES)
def test_only_symbols_that_moved_were_elsewhere(machine: str) -> None:
    catalogue = known(machine)
    rows = [row for symbol in catalogue.symbols() for row in catalogue.rows(symbol)]
    for release in ((2, 17), (2, 28), (2, 33), (2, 34)):
        found = {row.symbol for row in rows if catalogue.elsewhere(row.symbol, row.version, release)}
        assert catalogue.moved(found) == found
