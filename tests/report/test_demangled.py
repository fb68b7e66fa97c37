"""The reports of a trace and a fix with names as the source has them: every symbol, and nothing but symbols."""

from __future__ import annotations

from glibcheck.model.closure import Binding, Closure, Library, Trace
from glibcheck.model.names import Soname, SymbolName
from glibcheck.model.outcome import Outcome
from glibcheck.model.plan import ForceInclude, Plan, Step, Unresolved
from glibcheck.report import fix_text, trace_text
from glibcheck.report.ink import Ink
from tests.values import LIBSTDCXX, directive, linkage, offence, required, target

MANGLED = ("_ZNSt6thread4joinEv", "_Z1fii")
INK = Ink(demangle=True)


def test_a_trace_shows_symbols_of_chains_and_libraries() -> None:
    need = required(LIBSTDCXX, "GLIBCXX_3.4.11", *MANGLED)
    main, library = Soname("_Zmain.so"), Soname(LIBSTDCXX)
    closure = Closure(
        (
            Library(main, "/app/_Zmain.so", "the file itself", (main,), linkage(need)),
            Library(library, "/lib/libstdc++.so.6", "ld.so.cache", (main, library), linkage()),
        ),
        (Binding(main, library, tuple(map(SymbolName, MANGLED))),),
        (),
    )
    assert trace_text.render(closure, (Trace(need, main, (main,)),), INK) == (
        "GLIBCXX_3.4.11 of libstdc++.so.6\n"
        "  _Zmain.so\n"
        "      std::thread::join()\n"
        "      f(int, int)\n"
        "\n"
        "Libraries, in load order\n"
        "  _Zmain.so  /app/_Zmain.so (the file itself)\n"
        "      needs libstdc++.so.6: GLIBCXX_3.4.11\n"
        "  libstdc++.so.6  /lib/libstdc++.so.6 (ld.so.cache)\n"
        "      chain _Zmain.so -> libstdc++.so.6\n"
        "      used by _Zmain.so: std::thread::join()\n"
        "          f(int, int)\n"
    )


def test_a_fix_shows_symbols_of_offences_steps_and_what_is_left() -> None:
    rows = tuple(offence("_a.so", "too new", LIBSTDCXX, "GLIBCXX_3.4.11", name) for name in MANGLED)
    step = Step("older version", "_a", "reason", rows, (ForceInclude("_a", "x.h"),), (directive("_Z1fii", "V_1"),))
    left = tuple(Unresolved(row, "why") for row in rows)
    outcome = Outcome("project", target("2.28"), (), rows, Plan((step,), left), (), (), None, "import")
    text = fix_text.render(outcome, INK)
    assert text.count("std::thread::join()") == text.count("f(int, int)") == 3
    assert "  1. older version for _a\n       answers std::thread::join()\n         f(int, int)\n" in text
    # The directive is what the header says.
    assert "\n       _Z1fii -> V_1\n" in text
    assert text.count("_Z") == 1
