"""`setup.cfg`: sections that declare extensions, and libraries for all; configparser is the oracle of what they say."""

import configparser
from collections.abc import Sequence

import pytest

from glibcheck.buildfiles import setupcfg
from glibcheck.errors import RewriteError
from glibcheck.model.plan import (
    AddCompileFlags,
    AddIncludeDirs,
    AddLinkFlags,
    AddSources,
    Change,
    Declaration,
    DropExtension,
    DropLibrary,
    ForceInclude,
    LinkArchive,
    MakeStatic,
    PrivateRuntime,
)
from tests.buildfiles.fixture_cases import Case, fixture_cases

SOURCE = AddSources("a", ("x.c",))
FLAGS = AddCompileFlags("a", ("-O1", "-g"))
LINK = AddLinkFlags("a", ("-s",))
HEADER = ForceInclude("a", "x.h")
NO_M = DropLibrary("a", "m")
GONE = DropExtension("a")
RUNTIME = PrivateRuntime("a")
ALL: Sequence[Change] = [SOURCE, FLAGS, LINK, HEADER, NO_M, GONE, RUNTIME]

HEAD = "[extension: a]\n"
PRIVATE = "-Wl,--exclude-libs,ALL"

UNCHANGED: dict[str, tuple[str, Sequence[Change]]] = {
    "empty-file": ("", ALL),
    "no-changes-even-to-what-cannot-be-read": ("[x\n", []),
    "metadata-alone": ("[metadata]\nname = a\nsources = a.c\n", ALL),
    "another-extension": ("[extension: b]\nsources = b.c\nlibraries = m\n", ALL),
    "name-that-only-starts-alike": ("[extension: a.b]\nsources = b.c\n", ALL),
    "another-kind-of-section": ("[extensions: a]\nsources = a.c\n", ALL),
    "section-without-a-name": ("[extension]\nsources = a.c\n", ALL),
    "section-without-a-sign": ("[extension a]\nsources = a.c\n", ALL),
    "section-in-a-comment": ("# [extension: a]\n; sources = a.c\n", ALL),
    "section-in-a-value": ("[metadata]\ndescription =\n  [extension: a]\n  sources = a.c\n", ALL),
    "entry-points": ("[entry_points]\nconsole_scripts =\n    a = a:main\n", ALL),
    "build-ext-is-for-the-whole-project": ("[build_ext]\nlibraries = m\n", ALL),
    "tabs-and-odd-room": ("[ bdist_wheel ]\n\tuniversal\t=\t1\n\n\n[x]\ny:z\n", ALL),
    "crlf": ("[x]\r\ny = 1\r\n  2\r\n", ALL),
    "no-final-newline": ("[x]\ny = 1", ALL),
    "other-letters": ("[metadata]\nauthor = Größe \U0001f40d\n", ALL),
    "source-already-there": (f"{HEAD}sources = x.c\n", [SOURCE]),
    "source-already-there-on-a-line": (f"{HEAD}sources =\n  a.c\n  x.c\n", [SOURCE]),
    "source-already-there-behind-a-comment": (f"{HEAD}sources =\n  a.c\n# why\n\n  x.c\n", [SOURCE]),
    "source-already-there-in-the-old-spelling": ("[extension=a]\nsources: x.c\n", [SOURCE]),
    "include-directory-already-there": (f"{HEAD}include_dirs =\n  i\n  .\n", [AddIncludeDirs("a", (".", "i"))]),
    "flags-already-there-in-a-row": (f"{HEAD}extra_compile_args =\n  -x\n  -O1\n  -g\n  -y\n", [FLAGS]),
    "link-flag-already-there": (f"{HEAD}extra_link_args = -s\n", [LINK]),
    "header-already-forced": (f"{HEAD}extra_compile_args =\n  -include\n  x.h\ndepends = x.h\n", [HEADER]),
    "library-not-there": (f"{HEAD}libraries =\n  z\n  mm\n", [NO_M]),
    "no-libraries": (f"{HEAD}sources = a.c\n", [NO_M]),
    "runtime-already-static": (f"{HEAD}extra_link_args =\n  -static-libstdc++\n  {PRIVATE}\n", [RUNTIME]),
    "runtime-already-an-archive": (f"{HEAD}extra_link_args =\n  -l:libstdc++.a\n  {PRIVATE}\n", [RUNTIME]),
}

REFUSED: dict[str, tuple[str, Change, int | None]] = {
    "no-section-header": ("x = 1\n", SOURCE, 1),
    "line-that-says-nothing": (f"{HEAD}sources\n", SOURCE, 2),
    "section-twice": (f"{HEAD}sources = a.c\n{HEAD}", SOURCE, 3),
    "option-twice": (f"{HEAD}sources = a.c\nsources = b.c\n", SOURCE, 3),
    "declared-twice-in-two-spellings": (f"{HEAD}sources = a.c\n[extension=a]\nsources = b.c\n", SOURCE, 3),
    "item-that-would-be-a-comment": (f"{HEAD}sources = a.c\n", AddSources("a", ("#x.c",)), 1),
    "item-that-would-be-filled-in": (f"{HEAD}sources = a.c\n", AddCompileFlags("a", ("-DX=%s",)), 1),
    "never-an-archive": (f"{HEAD}sources = a.c\n", MakeStatic("a"), None),
    "never-linked-as-one": (f"{HEAD}sources = a.c\n", LinkArchive("a", "b", ()), None),
}

SMALL: dict[str, Case] = {
    "one-item": (f"{HEAD}sources = a.c\n", [SOURCE], f"{HEAD}sources = a.c\n    x.c\n"),
    "items-on-lines": (f"{HEAD}sources =\n  a.c\n  b.c\n", [SOURCE], f"{HEAD}sources =\n  a.c\n  b.c\n  x.c\n"),
    "first-item-behind-the-sign": (f"{HEAD}sources = a.c\n\tb.c\n", [SOURCE], f"{HEAD}sources = a.c\n\tb.c\n\tx.c\n"),
    "empty-option": (f"{HEAD}sources =\n", [SOURCE], f"{HEAD}sources =\n    x.c\n"),
    "comments-and-blank-lines-inside": (
        f"{HEAD}sources =\n  a.c\n\n  # last\n  b.c\n\n# of c\n[c]\n",
        [SOURCE],
        f"{HEAD}sources =\n  a.c\n\n  # last\n  b.c\n  x.c\n\n# of c\n[c]\n",
    ),
    "new-option": (
        f"{HEAD}sources: a.c\n\n[x]\n",
        [LINK, FLAGS],
        f"{HEAD}sources: a.c\nextra_link_args: -s\nextra_compile_args:\n    -O1\n    -g\n\n[x]\n",
    ),
    "new-option-in-an-empty-section": (f"{HEAD}[x]\n", [LINK], f"{HEAD}extra_link_args = -s\n[x]\n"),
    "new-option-without-room-around-the-sign": (
        f"{HEAD}sources=a.c\n",
        [HEADER],
        f"{HEAD}sources=a.c\nextra_compile_args=\n    -include\n    x.h\ndepends=x.h\n",
    ),
    "old-spelling": ("[ extension = a ]\nsources = a.c\n", [SOURCE], "[ extension = a ]\nsources = a.c\n    x.c\n"),
    "no-final-newline": (f"{HEAD}sources = a.c", [SOURCE], f"{HEAD}sources = a.c\n    x.c"),
    "crlf": (
        "[extension: a]\r\nsources =\r\n  a.c\r\n[x]\r\n",
        [SOURCE, LINK],
        "[extension: a]\r\nsources =\r\n  a.c\r\n  x.c\r\nextra_link_args = -s\r\n[x]\r\n",
    ),
    "library": (f"{HEAD}libraries =\n  m\n  z\n  m\n", [NO_M], f"{HEAD}libraries =\n  z\n"),
    "library-behind-the-sign": (f"{HEAD}libraries = m\n  z\n", [NO_M], f"{HEAD}libraries =\n  z\n"),
    "only-library": (f"{HEAD}libraries = m\nsources = a.c\n", [NO_M], f"{HEAD}sources = a.c\n"),
    "only-library-on-its-line": (f"{HEAD}sources = a.c\nlibraries =\n  m\n", [NO_M], f"{HEAD}sources = a.c\n"),
    "extension": (
        f"[x]\ny = 1\n\n# of a\n{HEAD}sources =\n  a.c\n\n# of b\n[extension: b]\nsources = b.c\n",
        [GONE],
        "[x]\ny = 1\n\n# of b\n[extension: b]\nsources = b.c\n",
    ),
    "last-extension": (f"[x]\ny = 1\n\n{HEAD}sources = a.c\n\n", [GONE], "[x]\ny = 1\n"),
    "runtime": (
        f"{HEAD}sources = a.c\n",
        [RUNTIME],
        f"{HEAD}sources = a.c\nextra_link_args =\n    -static-libstdc++\n    {PRIVATE}\n",
    ),
    "runtime-named-in-libraries": (
        f"{HEAD}libraries =\n  stdc++\n  m\n",
        [RUNTIME],
        f"{HEAD}libraries =\n  m\nextra_link_args =\n  -l:libstdc++.a\n  {PRIVATE}\n",
    ),
    "runtime-named-by-a-flag": (
        f"{HEAD}extra_link_args =\n  -lstdc++\n  -lm\n",
        [RUNTIME],
        f"{HEAD}extra_link_args =\n  -l:libstdc++.a\n  -lm\n  {PRIVATE}\n",
    ),
}
CASES = SMALL | fixture_cases("setupcfg", ".cfg")

each_case = pytest.mark.parametrize(("before", "changes", "after"), CASES.values(), ids=CASES.keys())


@pytest.mark.parametrize(("text", "changes"), UNCHANGED.values(), ids=UNCHANGED.keys())
def test_text_comes_back_unchanged(text: str, changes: Sequence[Change]) -> None:
    assert setupcfg.rewrite("setup.cfg", text, changes) == text


@pytest.mark.parametrize(("text", "change", "line"), REFUSED.values(), ids=REFUSED.keys())
def test_text_is_refused_with_its_line(text: str, change: Change, line: int | None) -> None:
    with pytest.raises(RewriteError) as raised:
        setupcfg.rewrite("setup.cfg", text, [change])
    assert (raised.value.path, raised.value.line) == ("setup.cfg", line)


@each_case
def test_changes_are_carried_out(before: str, changes: Sequence[Change], after: str) -> None:
    assert setupcfg.rewrite("setup.cfg", before, changes) == after


@each_case
def test_a_second_run_changes_nothing(before: str, changes: Sequence[Change], after: str) -> None:
    assert setupcfg.rewrite("setup.cfg", after, changes) == after


@each_case
def test_configparser_reads_what_was_meant(before: str, changes: Sequence[Change], after: str) -> None:
    read, told = configparser.RawConfigParser(), setupcfg.declarations("setup.cfg", after)
    read.read_string(after.replace("\r\n", "\n"))
    sources = [
        tuple(read[name].get("sources", "").split()) for name in read.sections() if name.strip().startswith("extension")
    ]
    assert sources == [row.sources for row in told]


@each_case
def test_other_sections_keep_their_values(before: str, changes: Sequence[Change], after: str) -> None:
    def others(text: str) -> object:
        read = configparser.RawConfigParser()
        read.read_string(text.replace("\r\n", "\n"))
        return [(name, dict(read[name])) for name in read.sections() if not name.strip().startswith("extension")]

    assert others(after) == others(before)


def test_declarations_are_read_in_file_order() -> None:
    text = (
        "[x]\n[extension=p.b]\nsources =\n  b.c\n# more\n  c.c\nlibraries = m\n[extension: a]\nsources = %(dir)s/a.c\n"
    )
    assert setupcfg.declarations("sub/setup.cfg", text) == (
        Declaration("p.b", "sub/setup.cfg", 2, ("b.c", "c.c"), (), ("m",), ()),
        Declaration("a", "sub/setup.cfg", 8, None, (), (), ()),
    )


LIBRARIES: dict[str, tuple[str, str]] = {
    "first": ("[build_ext]\nlibraries = m z\n", "[build_ext]\nlibraries = z\n"),
    "last": ("[build_ext]\nlibraries = z m\n", "[build_ext]\nlibraries = z\n"),
    "in-the-middle": ("[build_ext]\nlibraries = z, m, rt\n", "[build_ext]\nlibraries = z, rt\n"),
    "last-behind-a-comma": ("[build_ext]\nlibraries = z,m\n", "[build_ext]\nlibraries = z\n"),
    "twice": ("[build_ext]\nlibraries = m z m\n", "[build_ext]\nlibraries = z\n"),
    "on-its-line": ("[build_ext]\nlibraries =\n  z\n  m\n  rt\n", "[build_ext]\nlibraries =\n  z\n  rt\n"),
    "on-the-last-line": ("[build_ext]\nlibraries =\n  z,\n  m\n", "[build_ext]\nlibraries =\n  z\n"),
    "on-the-first-line": ("[build_ext]\nlibraries = m,\n  z\n", "[build_ext]\nlibraries =\n  z\n"),
    "alone": ("[build_ext]\nlibraries = m\ndefine = X\n", "[build_ext]\ndefine = X\n"),
    "alone-in-the-section": (
        "[x]\ny = 1\n\n# link\n[build_ext]\nlibraries = m\n\n[z]\n",
        "[x]\ny = 1\n\n[z]\n",
    ),
    "crlf": ("[build_ext]\r\nlibraries = m z\r\n", "[build_ext]\r\nlibraries = z\r\n"),
    "tabs": ("[build_ext]\n\tlibraries\t=\tm\tz\n", "[build_ext]\n\tlibraries\t=\tz\n"),
}


@pytest.mark.parametrize(("before", "after"), LIBRARIES.values(), ids=LIBRARIES.keys())
def test_library_for_all_is_dropped(before: str, after: str) -> None:
    assert setupcfg.drop_for_all("setup.cfg", before, "m") == after
    assert setupcfg.drop_for_all("setup.cfg", after, "m") == after


@pytest.mark.parametrize("before", [before for before, _ in LIBRARIES.values()], ids=LIBRARIES.keys())
def test_the_command_splits_what_is_left_into_whole_words(before: str) -> None:
    import re

    def words(text: str) -> list[str]:
        read = configparser.RawConfigParser()
        read.read_string(text.replace("\r\n", "\n"))
        value = read.get("build_ext", "libraries", fallback=None)
        # As distutils' Command.ensure_string_list does, of the value without the line end that starts it.
        return [] if value is None else re.split(r",\s*|\s+", value.strip())

    kept = [word for word in words(before) if word != "m"]
    assert words(setupcfg.drop_for_all("setup.cfg", before, "m")) == kept


@pytest.mark.parametrize(
    ("text", "libraries"),
    [
        pytest.param("[build_ext]\nlibraries = m,z\n", ("m", "z"), id="commas"),
        pytest.param("[build_ext]\nlibraries =\n  m\n  z\n", ("m", "z"), id="lines"),
        pytest.param("[build_ext]\nlink_objects = m.o\n", (), id="another-option"),
        pytest.param("[build]\nlibraries = m\n", (), id="another-section"),
        pytest.param("", (), id="nothing"),
    ],
)
def test_libraries_for_all_are_told(text: str, libraries: tuple[str, ...]) -> None:
    assert setupcfg.libraries_for_all("setup.cfg", text)[0] == libraries
