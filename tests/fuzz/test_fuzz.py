"""The short form of `nox -s fuzz`: some thousand damaged files, the watch on planted faults, and hypothesis."""

from __future__ import annotations

import os
import struct
import time
import zipfile
from pathlib import Path
from random import Random

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from glibcheck.model.finding import Failure
from glibcheck.workspace.inputs import scan_paths
from glibcheck.workspace.reading import Options
from tests.elf.build import File, Symbol, build
from tests.fuzz.campaign import MOST_MEMORY, MOST_SECONDS, Case, Plan, run
from tests.fuzz.judge import READ, judge_elf, judge_zip
from tests.fuzz.mutate import Seed, mutant
from tests.fuzz.seeds import elf_seeds, zip_seeds
from tests.fuzz.traceseeds import trace_seeds
from tests.fuzz.tracing import judge_trace

SEEDS: dict[str, tuple[Seed, ...]] = {}


def seeds(kind: str) -> tuple[Seed, ...]:
    """Gather the seeds when the first test wants them."""
    if not SEEDS:
        elf = elf_seeds()
        SEEDS.update(elf=elf, zip=zip_seeds(elf), trace=trace_seeds())
    return SEEDS[kind]


def test_the_seeds_themselves_are_read(tmp_path: Path) -> None:
    path = str(tmp_path / "seed.whl")
    outcomes = {seed.name: judge_elf(seed.data) for seed in seeds("elf") if "object" not in seed.name}
    outcomes |= {seed.name: judge_zip(seed.data, path) for seed in seeds("zip")}
    outcomes |= {seed.name: judge_trace(seed.data) for seed in seeds("trace")}
    assert set(outcomes.values()) == {READ}


def test_the_same_chance_damages_in_the_same_way() -> None:
    for kind in ("elf", "zip", "trace"):
        twice = [[Case(kind, number).bytes({kind: seeds(kind)}, "7") for number in range(50)] for _ in range(2)]
        assert twice[0] == twice[1]
        assert len({data for _, data in twice[0]}) > 40


def test_damaged_files_are_read_or_refused_within_bounds(tmp_path: Path) -> None:
    tally = run(Plan(elf=3000, zip=500, seed="ci", seconds=120, keep=str(tmp_path), trace=1000))
    assert [(found.case, found.reason) for found in tally.violations] == []
    assert tally.count("elf") == 3000
    assert tally.count("zip") == 500
    assert tally.count("trace") == 1000
    assert tally.slowest[0] < MOST_SECONDS
    assert tally.peak < MOST_MEMORY
    # A test whose files are all turned down at the door proves little, and so does one whose files are all fine.
    for kind in ("elf", "zip", "trace"):
        assert tally.share(kind, READ) > 0.1
        assert tally.share(kind, "refused") > 0.1


FAULTS = {
    3: "KeyError: 'planted'",
    5: "MemoryError: ",
    7: "hangs: no result after 3 s",
    9: "the process died",
    11: "took",
}


def fault(case: Case, data: bytes, path: str) -> str:
    """Do what a damaged file must never do, each thing to one of the cases."""
    match case.number:
        case 3:
            raise KeyError("planted")
        case 5:
            return str(len(bytearray(2 * MOST_MEMORY + len(data) + len(path))))
        case 7:
            time.sleep(60)
        case 9:
            os._exit(3)
        case 11:
            end = time.process_time() + MOST_SECONDS + 0.1
            while time.process_time() < end:
                pass
    return READ


def test_the_watch_sees_planted_faults_and_keeps_the_files(tmp_path: Path) -> None:
    plan = Plan(elf=20, zip=0, seed="watch", seconds=60, keep=str(tmp_path), patience=3, judge=fault)
    found = {violation.case.number: violation for violation in run(plan).violations}
    assert sorted(found) == list(FAULTS)
    for number, violation in found.items():
        assert violation.reason.startswith(FAULTS[number])
        _, data = violation.case.bytes({"elf": seeds("elf")}, "watch")
        assert bytes.fromhex(Path(violation.kept).read_text().splitlines()[1]) == data


def test_a_small_wheel_with_a_huge_symbol_table_is_refused_before_it_is_inflated(tmp_path: Path) -> None:
    built = build(File(hash="sysv", sections=False, versioned=False, symbols=(Symbol("a"),)))
    rows = (60 << 20) // 24
    library = bytearray(built.with_table("DT_6", bytes(24) + struct.pack("<IBBHQQ", 1, 0x10, 0, 0, 0, 0) * (rows - 1)))
    struct.pack_into("<II", library, built.places["hash"], 1, rows)
    path = tmp_path / "huge.whl"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("a.so", bytes(library))
    assert path.stat().st_size < 200_000
    start = time.process_time()
    (result,) = scan_paths([str(path)], Options())
    assert time.process_time() - start < MOST_SECONDS
    assert isinstance(result, Failure)
    assert "a table of 62914560 bytes" in result.message


@settings(max_examples=300, deadline=None, database=None, suppress_health_check=list(HealthCheck))
@given(st.data(), st.randoms(use_true_random=False))
def test_hypothesis_finds_no_elf_file_that_is_neither_read_nor_refused(data: st.DataObject, random: Random) -> None:
    judge_elf(mutant(data.draw(st.sampled_from(seeds("elf"))), random))


@settings(max_examples=100, deadline=None, database=None, suppress_health_check=list(HealthCheck))
@given(st.data(), st.randoms(use_true_random=False))
def test_hypothesis_finds_no_archive_that_is_neither_read_nor_refused(
    tmp_path_factory: pytest.TempPathFactory, data: st.DataObject, random: Random
) -> None:
    path = str(tmp_path_factory.getbasetemp() / "hypothesis.whl")
    judge_zip(mutant(data.draw(st.sampled_from(seeds("zip"))), random), path)
