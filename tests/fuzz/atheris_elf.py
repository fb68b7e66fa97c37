"""`python -m tests.fuzz.atheris_elf -max_total_time=60`: damage that coverage leads, by atheris (libFuzzer).

It sees which lines of `glibcheck.elf` and `glibcheck.archives` an input reaches, keeps what reaches new ones and goes
on from there; half of its steps are ours, which know where the fields are. Arguments are libFuzzer's.

Where atheris cannot be had (it has wheels for a few versions of Python on Linux), it says so and that is all.
"""

from __future__ import annotations

import importlib
import os
import struct
import sys
import tempfile
from random import Random
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable

_LONGEST = 64 << 10
_LIMITS = ("-timeout=10", "-rss_limit_mb=1024", f"-max_len={_LONGEST}", "-print_final_stats=1")


def _kind(data: bytes) -> str:
    return "elf" if data.startswith(b"\x7fELF") else "zip"


def main() -> int:
    try:
        atheris: Any = importlib.import_module("atheris")
    except ImportError:
        print("skipped: atheris is missing", file=sys.stderr)
        return 0
    with atheris.instrument_imports(include=["glibcheck.elf", "glibcheck.archives"]):
        from glibcheck.errors import ElfError
        from tests.fuzz.campaign import Case, judge
        from tests.fuzz.mutate import elf_seed, mutant, zip_seed
        from tests.fuzz.seeds import elf_seeds, zip_seeds

    def changed(data: bytes, most: int, number: int) -> bytes:
        random = Random(number)  # noqa: S311 - chance, no secret
        if random.random() < 0.5:
            return bytes(atheris.Mutate(data, most))
        find: Callable[[str, bytes], Any] = elf_seed if _kind(data) == "elf" else zip_seed
        try:
            seed = find("corpus", data)
        # The fields are looked for in what is damaged already.
        except (ElfError, LookupError, OverflowError, struct.error):
            return bytes(atheris.Mutate(data, most))
        return mutant(seed, random)[:most]

    elf = tuple(seed for seed in elf_seeds() if len(seed.data) <= _LONGEST)
    with tempfile.TemporaryDirectory() as corpus, tempfile.TemporaryDirectory() as folder:
        for number, seed in enumerate((*elf, *zip_seeds(elf))):
            with open(os.path.join(corpus, f"seed-{number}"), "wb") as file:
                file.write(seed.data)
        path = os.path.join(folder, "atheris-1-py3-none-any.whl")
        words = [sys.argv[0], *_LIMITS, *sys.argv[1:], corpus]
        atheris.Setup(words, lambda data: judge(Case(_kind(data), 0), data, path) and None, custom_mutator=changed)
        atheris.Fuzz()
    return 0


if __name__ == "__main__":
    sys.exit(main())
