"""What stands at the foot of the help of a command: examples and exit codes, as a manual page would have them."""

from __future__ import annotations

ROOT = """\
\b
Start with one of these:
  glibcheck scan build/*.so                      what do they need?
  glibcheck check dist/*.whl --target debian:11  do they run there? (exit code 1: no)
  glibcheck explain < error.txt                  what does the loader mean?
  glibcheck fix . --target manylinux_2_28        make it need less (needs glibcheck[fix])

\b
Exit codes:
  0  clean
  1  findings: something is too new, missing, or not fixed
  2  no answer: wrong usage, unreadable input, a tool that failed

\b
Completion of words, for bash (zsh and fish alike):
  eval "$(_GLIBCHECK_COMPLETE=bash_source glibcheck)"
"""

SCAN = """\
\b
Examples:
  glibcheck scan build/*.so
  glibcheck scan -q dist/ | sort                 a line a file
  find / -name '*.so' -print0 | glibcheck scan - --format jsonl

\b
Exit codes: 0 all was read, 2 something was not.
"""

TRACE = """\
\b
Examples:
  glibcheck trace build/_x.so                        the newest of each family
  glibcheck trace build/_x.so GLIBC_2.34 --build-dir build/temp
  glibcheck trace dist/x-1.0-*.whl --target manylinux_2_17 --format html -o trace.html
  glibcheck trace build/_x.so --record x.json        then, anywhere: check dist/*.whl --provenance x.json

\b
How a place is known, best first: the relocation of an object whose code is in the file, the linker's map,
the linker's own word, debug information, the code of the file, its dynamic symbols.

\b
Exit codes: 0 traced, 1 a library is missing or nothing needs that, 2 FILE cannot be read.
"""

CHECK = """\
\b
Targets:
  manylinux_2_28, manylinux2014, musllinux_1_2   a platform tag, also with a machine: manylinux_2_28_aarch64
  glibc-2.28, 2.28                               a release of glibc
  debian:11, ubuntu:20.04, rhel:8, alpine:3.20   a release of a distribution
  a name under [tool.glibcheck.targets]          your own limits and libraries

\b
Examples:
  glibcheck check dist/*.whl                     is each as good as its own tag?
  glibcheck check build/*.so --target rhel:8
  glibcheck check dist --target 2.28 --baseline known.json --update-baseline
  glibcheck check dist --format sarif -o glibcheck.sarif --exit-zero

\b
Exit codes: 0 all fits, 1 findings, 2 something could not be read or judged, which is never a pass.
"""

FIX = """\
\b
Examples:
  glibcheck fix . --target manylinux_2_28 --smoke tests/smoke.py   what would it change, and does that hold?
  glibcheck fix . --target manylinux_2_28 --apply                  the same, and write it
  glibcheck fix . --undo                                           take it back
  glibcheck fix . --target 2.17 --format diff | git apply
  glibcheck fix . --target 2.17 --build-system autotools --configure=--enable-python

\b
Exit codes: 0 it holds, 1 something is left (nothing is written), 2 no answer: it does not build as it is.
"""

SYSROOT = """\
\b
Examples:
  glibcheck sysroot --target manylinux_2_17 -o old       then: . old/glibcheck-env && make
  glibcheck sysroot --target 2.28 --machine aarch64      by aarch64-linux-gnu-gcc, or the compiler in CC

\b
Of a folder that it made:
  cmake -DCMAKE_TOOLCHAIN_FILE=$PWD/old/toolchain.cmake ..
  meson setup --native-file old/meson.ini build
  cargo --config old/cargo.toml build

\b
Exit codes: 0 it is there, 2 it could not be made.
"""

ENV = """\
\b
Examples:
  glibcheck env --target 2.28 -- ./configure
  glibcheck env --target manylinux_2_17 -- python -m pip wheel --no-cache-dir .

\b
Exit codes: those of the command, 2 when it could not be run.
"""

BUILD = """\
\b
Examples:
  glibcheck build --target manylinux_2_17        the project here; the wheel comes into dist/
  glibcheck build x-1.0.tar.gz --target 2.28 -o wheels --smoke tests/smoke.py

\b
Exit codes: 0 the wheel is made, 1 something is left and none was kept, 2 no answer: it does not build.
"""

EXPLAIN = """\
\b
Examples:
  glibcheck explain "version `GLIBC_2.34' not found (required by _x.so)" --file _x.so
  python -c 'import x' 2>&1 | glibcheck explain

\b
Exit codes: 0 explained, 2 nothing in it is understood, or a file cannot be read.
"""

COMPARE = """\
\b
Examples:
  glibcheck compare old/x-1.0-*.whl dist/x-1.1-*.whl
  glibcheck compare build.main build --format markdown >> comment.md

\b
Exit codes: 0 nothing newer is needed, 1 something is, 2 something could not be read.
"""

SURVEY = """\
\b
Examples:
  glibcheck survey wheelhouse -o survey.parquet       (needs glibcheck[survey])
  glibcheck survey wheelhouse -o survey.jsonl         lines of JSON, which need nothing more
  glibcheck survey s3://wheels/cp311 -o survey.parquet --dask tcp://scheduler:8786

\b
Exit codes: 0 all was read, 2 something was not.
"""

ASK = """\
\b
Examples:
  glibcheck ask survey.parquet breaks-at 2.28        what does not run there, and which symbol is it?
  glibcheck ask survey.parquet by-symbol debian:11   what is too new for it, the most frequent symbols first
  glibcheck ask survey.parquet by-package            the newest version that each package needs

\b
Exit codes: 0 answered, 2 FILE is no survey, or DuckDB is missing.
"""
