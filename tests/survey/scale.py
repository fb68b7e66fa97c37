"""How a survey grows: `python -m tests.survey.scale` (or `nox -s survey`) over houses of 250 to 2,000 real wheels.

The wheels are a few of other people's, each there under many names by links, so a house takes no room. Time must grow
with their number and memory must not: exit code 1 when either does not hold.
"""

from __future__ import annotations

import os
import sys
import tempfile

from tests.bench.harness import Command, Sample, run
from tests.downloads import WHEELS, wheel
from tests.survey.wheelhouse import many

SIZES = (250, 500, 1000, 2000)
_NAMES = ("zstandard", "orjson", "pyzmq", "shapely", "psycopg2-binary", "h5py", "cryptography", "lxml")
_TIME, _MEMORY = 1.25, 1.15  # what a wheel may cost more in the largest house than in the smallest; and its peak


def main() -> int:
    """Measure each house, and print a line for it."""
    wheels = [wheel(pin) for pin in WHEELS if pin.partition("==")[0] in _NAMES]
    print(f"{len(wheels)} wheels of {sum(map(os.path.getsize, wheels)) / len(wheels) / 1e6:.1f} MB on average")
    # Links lead no further than their own file system.
    with tempfile.TemporaryDirectory(dir=os.path.dirname(os.path.dirname(wheels[0])), prefix=".scale-") as folder:
        samples = [_measured(os.path.join(folder, str(size)), wheels, size) for size in SIZES]
    first, last = samples[0], samples[-1]
    time = (last.cpu_seconds / SIZES[-1]) / (first.cpu_seconds / SIZES[0])
    memory = last.peak_kib / first.peak_kib
    print(f"{SIZES[-1]} against {SIZES[0]}: {time:.2f}x the time a wheel, {memory:.2f}x the memory")
    return 0 if time <= _TIME and memory <= _MEMORY else 1


def _measured(folder: str, wheels: list[str], size: int) -> Sample:
    program = os.path.join(os.path.dirname(sys.executable), "glibcheck")
    words = (program, "survey", many(folder, wheels, size), "-o", f"{folder}.parquet", "--jobs", "1")
    sample = run(Command("survey", words))
    table = os.path.getsize(f"{folder}.parquet")
    print(f"{size:5} wheels  {sample.cpu_seconds:6.1f} s CPU  {sample.peak_kib / 1024:5.0f} MiB peak  {table:9,} bytes")
    return sample


if __name__ == "__main__":
    sys.exit(main())
