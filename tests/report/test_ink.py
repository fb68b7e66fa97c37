"""Text for a terminal: colours only where asked for, lines that fit, and names that stay names."""

from __future__ import annotations

import subprocess
import sys
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from glibcheck.report.ink import WIDTH, Ink, printable, wrap


@pytest.mark.parametrize("mark", ["strong", "good", "bad", "aside"])
def test_without_colour_a_mark_is_the_text_itself(mark: str) -> None:
    assert getattr(Ink(), mark)("GLIBC_2.34") == "GLIBC_2.34"


@pytest.mark.parametrize(("mark", "code"), [("strong", "1"), ("good", "32"), ("bad", "31"), ("aside", "2")])
def test_with_colour_a_mark_begins_and_ends(mark: str, code: str) -> None:
    assert getattr(Ink(colour=True), mark)("GLIBC_2.34") == f"\x1b[{code}mGLIBC_2.34\x1b[0m"


@pytest.mark.parametrize("mark", ["strong", "good", "bad", "aside"])
def test_nothing_is_not_coloured(mark: str) -> None:
    assert getattr(Ink(colour=True), mark)("") == ""


def test_colour_is_off_unless_asked_for() -> None:
    assert Ink() == Ink(colour=False, width=WIDTH)


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        pytest.param("", "", id="empty"),
        pytest.param("_ZNSt6thread4joinEv", "_ZNSt6thread4joinEv", id="mangled"),
        pytest.param("a name with spaces", "a name with spaces", id="spaces"),
        pytest.param("größe_名前", "größe_名前", id="letters-of-other-scripts"),
        pytest.param("\x1b[2J\x1b]0;owned\x07", "\\x1b[2J\\x1b]0;owned\\x07", id="terminal-commands"),
        pytest.param("\x9b31m", "\\x9b31m", id="c1-control"),
        pytest.param("a\nb\r\tc", "a\\nb\\r\\tc", id="line-breaks"),
        pytest.param("\0\x7f", "\\x00\\x7f", id="nul-and-delete"),
        pytest.param("abc\u202ecba", "abc\\u202ecba", id="right-to-left-override"),
        pytest.param("\u200f\u2066x\u2069", "\\u200f\\u2066x\\u2069", id="right-to-left-mark-and-isolates"),
        pytest.param("zero\u200bwidth\ufeff", "zero\\u200bwidth\\ufeff", id="zero-width"),
        pytest.param("a\u2028b\u0085c", "a\\u2028b\\x85c", id="unicode-line-breaks"),
        pytest.param("lib\udcff\udc80.so", "lib\\udcff\\udc80.so", id="bytes-that-are-not-utf-8"),
        pytest.param("\U000e0041", "\\U000e0041", id="invisible-tag-letter"),
    ],
)
def test_a_name_is_shown_in_one_line_without_power_over_the_terminal(name: str, shown: str) -> None:
    assert printable(name) == shown


@given(st.text(st.characters()))
@settings(database=None)
def test_whatever_the_name_it_can_be_printed(name: str) -> None:
    assert printable(name).isprintable()
    printable(name).encode("utf-8")


MANGLED = ("_ZN1AD0Ev", "_ZN1AD1Ev", "free", "_Z1fii", "\x1b[2J", "_Znot", "_RNvC1a1b")


def test_names_of_symbols_are_those_of_the_file_unless_asked_otherwise() -> None:
    assert list(Ink().symbols(MANGLED)) == [*map(printable, MANGLED)]


def test_names_of_symbols_are_those_of_the_source_and_each_stands_once() -> None:
    assert list(Ink(demangle=True).symbols(MANGLED)) == ["A::~A()", "free", "f(int, int)", "\\x1b[2J", "_Znot", "a::b"]


def test_a_name_of_the_source_has_no_power_over_the_terminal_either() -> None:
    # Rust writes letters that are not ASCII as punycode: this is f and a right-to-left override.
    assert list(Ink(demangle=True).symbols(["_RNvC1au5f_qin"])) == ["a::f\\u202e"]


def test_names_alone_that_are_not_mangled_do_not_import_the_demangler() -> None:
    script = "import sys; from glibcheck.report.ink import Ink; Ink(demangle=True).symbols(['a', 'Z', '_x']); "
    done = subprocess.run(
        (sys.executable, "-c", f"{script}print('demangle' in sys.modules)"), capture_output=True, text=True, check=True
    )
    assert done.stdout == "False\n"


@pytest.mark.parametrize(
    ("words", "indent", "width", "expected"),
    [
        pytest.param([], 4, 20, "", id="nothing"),
        pytest.param(["one"], 4, 20, "one", id="one-word"),
        pytest.param(["one", "two"], 4, 20, "one, two", id="one-line"),
        pytest.param(["aaaa", "bbb", "c"], 0, 10, "aaaa, bbb,\nc", id="line-filled-to-the-last-column"),
        pytest.param(["aaaa", "bbbb", "c"], 0, 10, "aaaa,\nbbbb, c", id="the-comma-counts"),
        pytest.param(["a", "aaaa", "bbbb", "c"], 2, 12, "a, aaaa,\n  bbbb, c", id="indented"),
        pytest.param(
            ["aa", "a" * 30, "bb", "cc"], 2, 12, f"aa,\n  {'a' * 30},\n  bb, cc", id="word-longer-than-a-line"
        ),
        pytest.param(["aa", "bb"], 50, 40, f"aa,\n{' ' * 50}bb", id="indent-wider-than-the-screen"),
        pytest.param(["f(int, int)"], 2, 40, "f(int, int)", id="comma-inside-the-only-word"),
        pytest.param(["a", "f(int, int)", "b"], 2, 40, "a\n  f(int, int)\n  b", id="comma-inside-a-word"),
        pytest.param(["a", "f(int, long double)"], 2, 12, "a\n  f(int, long double)", id="comma-inside-a-long-word"),
    ],
)
def test_words_are_wrapped(words: list[str], indent: int, width: int, expected: str) -> None:
    assert wrap(words, indent, width) == expected
    assert wrap(iter(words), indent, width) == expected


@given(st.lists(st.text("ab", min_size=1, max_size=30)), st.integers(0, 60), st.integers(20, 60))
@settings(database=None)
def test_wrapped_lines_fit_keep_all_words_and_waste_no_room(words: list[str], indent: int, width: int) -> None:
    lines = wrap(words, indent, width).split(f"\n{' ' * indent}")
    assert [word.removesuffix(",") for line in lines for word in line.split(", ") if word] == words
    for line in lines:
        assert indent + len(line) <= width or ", " not in line
    for line, after in pairwise(lines):
        # The first word of the next line, with its comma, would not have fitted.
        assert indent + len(line) + len(" " + after.split(",")[0] + ",") > width


@pytest.mark.parametrize("demangle", [False, True])
@pytest.mark.parametrize(
    "names",
    [
        ("read", "write"),
        ("a" * 50, "b" * 60, "c"),
        ("one\x1b[2J", "two\n"),
        ("operator, comma", "another"),
        ("a b",),
        ("größe", "\udcff"),
        ("_ZNSt6vectorIiSaIiEE9push_backERKi", "_Z1fiii", "read"),
    ],
    ids=["short", "long", "control", "comma", "space", "not-ascii", "mangled"],
)
def test_listing_of_symbols_is_how_they_are_wrapped(names: tuple[str, ...], demangle: bool) -> None:
    shown = Ink(demangle=demangle)
    assert shown.listing(names, 30) == wrap(shown.symbols(names), 30, WIDTH)
