"""Makefiles before and after, those that must come back unchanged, and those that are refused.

The text of a case is `src/Makefile.am`; the changes concern its target `x`, the extension `src/x.la` or, where the case
is about a helper, the library `src/libh.la`.
"""

from __future__ import annotations

from collections.abc import Sequence

from glibcheck.model.plan import (
    AddCompileFlags,
    AddIncludeDirs,
    AddLinkFlags,
    AddSources,
    Change,
    DropExtension,
    DropLibrary,
    ForceInclude,
    LinkArchive,
    MakeStatic,
    PrivateRuntime,
)
from tests.buildfiles.fixture_cases import fixture_cases

X, H = "src/x.la", "src/libh.la"
STATIC, RUNTIME, HEADER = MakeStatic(H), PrivateRuntime(X), ForceInclude(X, "compat.h")
SOURCE, FLAGS, GONE = AddSources(X, ("src/compat.c",)), AddLinkFlags(X, ("-Wl,-a", "-b")), DropLibrary(X, "m")
ONCE = LinkArchive(X, H, ("src/liba.la", "lib/libb.la"))

LIST = "pyexec_LTLIBRARIES = x.la\n"
OWN = f"{LIST}x_la_SOURCES = x.c\n"
INCLUDE = "-include $(top_srcdir)/compat.h"
ARCHIVE = "`$(CXX) -print-file-name=libstdc++.a` -lm -Wl,--exclude-libs,libstdc++.a"
WHY = "# libtool ignores -static-libstdc++ and would link the shared library; by the C compiler it links none.\n"
LINK = (
    "x_la_LINK = $(LIBTOOL) $(AM_V_lt) --tag=CC $(AM_LIBTOOLFLAGS) $(LIBTOOLFLAGS) --mode=link \\\n"
    "\t$(CC) $(CFLAGS) $(x_la_LDFLAGS) $(LDFLAGS) -o $@\n"
)

Case = tuple[str, Sequence[Change], str]

# What stands there already, or is another target's.
UNCHANGED: dict[str, tuple[str, Sequence[Change]]] = {
    "nothing-at-all": ("", [STATIC, RUNTIME, HEADER]),
    "comments-alone": ("# lib_LTLIBRARIES = libh.la\n## x_la_SOURCES = x.c\n", [STATIC, HEADER]),
    "no-target": ("SUBDIRS = src\nEXTRA_DIST = x.la\n", [STATIC, HEADER, SOURCE]),
    "another-target": ("lib_LTLIBRARIES = liby.la\nliby_la_SOURCES = y.c\n", [STATIC, HEADER, SOURCE]),
    "name-that-begins-alike": ("lib_LTLIBRARIES = libhh.la\nlibhh_la_SOURCES = h.c\n", [STATIC]),
    "target-of-another-folder": ("lib_LTLIBRARIES = ../lib/libh.la\n", [STATIC]),
    "name-that-is-computed": ("lib_LTLIBRARIES = $(NAMES)\nNAMES = lib$(STEM).la\n", [STATIC]),
    "name-with-a-substitution": ("lib_LTLIBRARIES = lib@STEM@.la\n", [STATIC]),
    "in-a-recipe": ("all:\n\tlib_LTLIBRARIES = libh.la\n", [STATIC]),
    "in-a-recipe-of-many-lines": ("all: x\n\techo a\n\n\tlib_LTLIBRARIES = libh.la\n", [STATIC]),
    "continued-comment": ("# see \\\nlib_LTLIBRARIES = libh.la\n", [STATIC]),
    "word-of-another-list": ("dist_LIBS = libh.la\nnoinst_HEADERS = libh.la\n", [STATIC]),
    "convenience-library-already": ("noinst_LTLIBRARIES = libh.la\n", [STATIC]),
    "checked-only": ("check_LTLIBRARIES = libh.la\n", [STATIC]),
    "made-when-asked-for": ("EXTRA_LTLIBRARIES = libh.la\n", [STATIC]),
    "archive-of-automake": ("noinst_LIBRARIES = libh.a\n", [MakeStatic("src/libh.a")]),
    "header-already": (f"{LIST}x_la_CPPFLAGS = {INCLUDE}\nEXTRA_DIST = $(top_srcdir)/compat.h\n", [HEADER]),
    "header-in-lines": (
        f"{LIST}x_la_CPPFLAGS = \\\n  -Ia \\\n  -include \\\n  $(top_srcdir)/compat.h\n"
        "EXTRA_DIST = $(top_srcdir)/compat.h\n",
        [HEADER],
    ),
    "source-already": (f"{LIST}x_la_SOURCES = compat.c x.c\n", [SOURCE]),
    "source-added-later": (f"{OWN}x_la_SOURCES += compat.c\n", [SOURCE]),
    "flags-already": (f"{OWN}x_la_LDFLAGS = -module -Wl,-a -b -c\n", [FLAGS]),
    "library-that-is-not-there": (f"{OWN}x_la_LIBADD = -lmm $(LIBM) -L-lm\n", [GONE]),
    "library-of-another-target": (f"{OWN}y_la_LIBADD = -lm\n", [GONE]),
    "archive-once": (f"{OWN}x_la_LIBADD = libh.la $(OTHER) ../lib/libc.la\n", [ONCE]),
    "archive-in-libs-alone": (f"{OWN}LIBS = libh.la\n", [ONCE]),
    "runtime-already": (f"{OWN}x_la_LDFLAGS = -module {ARCHIVE}\n{WHY}{LINK}", [RUNTIME]),
    "directory-already": (f"{OWN}x_la_CPPFLAGS = -I$(top_srcdir)/include\n", [AddIncludeDirs(X, ("include",))]),
    "crlf": (OWN.replace("\n", "\r\n"), [AddSources(X, ("src/x.c",))]),
    "no-final-newline": (OWN.rstrip(), [AddSources(X, ("src/x.c",))]),
    "conditional-that-never-ends": ("if A\nlib_LTLIBRARIES = liby.la\n", [STATIC]),
    "endif-too-many": ("endif\nelse\nlib_LTLIBRARIES = liby.la\n", [STATIC]),
    "variable-of-itself": ("A = $(A)\nlib_LTLIBRARIES = $(A)\n", [STATIC]),
    "quote-that-never-ends": ('A = "lib_LTLIBRARIES\nB = `x\nC = $(y\n', [STATIC]),
    "backslash-at-the-end": ("A = \\", [STATIC]),
}  # fmt: skip

CHANGED: dict[str, Case] = {
    "helper-alone": ("lib_LTLIBRARIES = libh.la\n", [STATIC], "noinst_LTLIBRARIES = libh.la\n"),
    "helper-under-pkglib": ("pkglib_LTLIBRARIES=libh.la # h\n", [STATIC], "noinst_LTLIBRARIES=libh.la # h\n"),
    "helper-under-nobase": ("nobase_lib_LTLIBRARIES = libh.la\n", [STATIC], "noinst_LTLIBRARIES = libh.la\n"),
    "helper-in-a-conditional": (
        "if A\nlib_LTLIBRARIES = libh.la\nendif\n",
        [STATIC],
        "if A\nnoinst_LTLIBRARIES = libh.la\nendif\n",
    ),
    "helper-among-others": (
        "lib_LTLIBRARIES = liba.la libh.la libz.la\n",
        [STATIC],
        "lib_LTLIBRARIES = liba.la libz.la\nnoinst_LTLIBRARIES = libh.la\n",
    ),
    "helper-in-lines": (
        "lib_LTLIBRARIES = \\\n\tlibh.la \\\n\tlibz.la\n",
        [STATIC],
        "lib_LTLIBRARIES = \\\n\tlibz.la\nnoinst_LTLIBRARIES = libh.la\n",
    ),
    # automake refuses a += to a variable that nothing set before.
    "list-that-grows-later": (
        "lib_LTLIBRARIES = libh.la\nif A\nlib_LTLIBRARIES += liba.la\nendif\n",
        [STATIC],
        "lib_LTLIBRARIES =\nnoinst_LTLIBRARIES = libh.la\nif A\nlib_LTLIBRARIES += liba.la\nendif\n",
    ),
    "other-convenience-libraries": (
        "noinst_LTLIBRARIES = liba.la\nlib_LTLIBRARIES = libh.la\n",
        [STATIC],
        "noinst_LTLIBRARIES = liba.la libh.la\nlib_LTLIBRARIES =\n",
    ),
    "version-of-the-library": (
        "lib_LTLIBRARIES = libh.la\nlibh_la_LDFLAGS = -no-undefined -version-info 1:0:0 -lm\n",
        [STATIC],
        "noinst_LTLIBRARIES = libh.la\nlibh_la_LDFLAGS = -no-undefined -lm\n",
    ),
    "version-alone": (
        "lib_LTLIBRARIES = libh.la\nlibh_la_LDFLAGS = \\\n  -version-info 1:0:0\nA = b\n",
        [STATIC],
        "noinst_LTLIBRARIES = libh.la\nA = b\n",
    ),
    "archive-named-twice": (
        f"{OWN}LIBS = $(top_builddir)/src/libh.la\nx_la_LIBADD = libh.la -lz\n",
        [ONCE],
        f"{OWN}LIBS = $(top_builddir)/src/libh.la\nx_la_LIBADD = -lz\n",
    ),
    "archive-twice-in-one-list": (
        f"{OWN}x_la_LIBADD = libh.la -lz libh.la\n",
        [ONCE],
        f"{OWN}x_la_LIBADD = libh.la -lz\n",
    ),
    "archives-that-are-inside": (
        f"{OWN}x_la_LIBADD = \\\n\tliba.la \\\n\tlibh.la \\\n\t${{top_builddir}}/lib/libb.la\n",
        [ONCE],
        f"{OWN}x_la_LIBADD = \\\n\tlibh.la\n",
    ),
    "runtime-with-flags": (
        f"{OWN}x_la_LDFLAGS = -module\n",
        [RUNTIME],
        f"{OWN}x_la_LDFLAGS = -module {ARCHIVE}\n{WHY}{LINK}",
    ),
    "runtime-with-common-flags": (
        f"AM_LDFLAGS = -module\n{OWN}",
        [RUNTIME],
        f"AM_LDFLAGS = -module\n{OWN}x_la_LDFLAGS = $(AM_LDFLAGS) {ARCHIVE}\n{WHY}{LINK}",
    ),
    "header-with-flags": (
        f"{OWN}x_la_CPPFLAGS = -DA='b c'\nEXTRA_DIST = a\n",
        [HEADER],
        f"{OWN}x_la_CPPFLAGS = -DA='b c' {INCLUDE}\nEXTRA_DIST = a $(top_srcdir)/compat.h\n",
    ),
    "header-with-common-flags": (
        f"AM_CPPFLAGS = -DA\n{OWN}EXTRA_DIST =\n",
        [HEADER],
        f"AM_CPPFLAGS = -DA\n{OWN}x_la_CPPFLAGS = $(AM_CPPFLAGS) {INCLUDE}\nEXTRA_DIST = $(top_srcdir)/compat.h\n",
    ),
    "header-with-no-flags": (
        OWN,
        [HEADER],
        f"{OWN}x_la_CPPFLAGS = {INCLUDE}\nEXTRA_DIST = $(top_srcdir)/compat.h\n",
    ),
    "source-on-the-line": (OWN, [SOURCE], f"{LIST}x_la_SOURCES = x.c compat.c\n"),
    "source-on-a-line-of-its-own": (
        f"{LIST}x_la_SOURCES = \\\n    x.c \\\n    y.c\n\nA = b\n",
        [SOURCE],
        f"{LIST}x_la_SOURCES = \\\n    x.c \\\n    y.c \\\n    compat.c\n\nA = b\n",
    ),
    "source-before-a-comment": (
        f"{LIST}x_la_SOURCES = x.c  # all\n",
        [SOURCE],
        f"{LIST}x_la_SOURCES = x.c compat.c  # all\n",
    ),
    "target-in-a-conditional": (
        "if A\n  pyexec_LTLIBRARIES = x.la\n  x_la_SOURCES = x.c\nendif\n",
        [SOURCE, FLAGS],
        "if A\n  pyexec_LTLIBRARIES = x.la\n  x_la_SOURCES = x.c compat.c\n  x_la_LDFLAGS = -Wl,-a -b\nendif\n",
    ),
    "flags-of-two-languages": (
        f"{LIST}x_la_SOURCES = x.c y.cpp\n",
        [AddCompileFlags(X, ("-g",))],
        f"{LIST}x_la_SOURCES = x.c y.cpp\nx_la_CFLAGS = -g\nx_la_CXXFLAGS = -g\n",
    ),
    "library-dropped": (f"{OWN}x_la_LIBADD = -lm -lz\n", [GONE], f"{OWN}x_la_LIBADD = -lz\n"),
    "last-library-dropped": (f"{OWN}x_la_LIBADD = -lm\n", [GONE], f"{OWN}x_la_LIBADD =\n"),
    "crlf": (
        "lib_LTLIBRARIES = libh.la libz.la\r\n",
        [STATIC],
        "lib_LTLIBRARIES = libz.la\r\nnoinst_LTLIBRARIES = libh.la\r\n",
    ),
    "tabs-and-no-final-newline": (
        "pyexec_LTLIBRARIES\t=\tx.la\nx_la_SOURCES\t=\tx.c",
        [SOURCE, FLAGS],
        "pyexec_LTLIBRARIES\t=\tx.la\nx_la_SOURCES\t=\tx.c compat.c\nx_la_LDFLAGS = -Wl,-a -b",
    ),
    "header-in-a-conditional": (
        f"{OWN}x_la_CPPFLAGS = -DA\nif A\nEXTRA_DIST = a\nendif\n",
        [HEADER],
        f"{OWN}x_la_CPPFLAGS = -DA {INCLUDE}\nif A\nEXTRA_DIST = a $(top_srcdir)/compat.h\nendif\n",
    ),
    "program": (
        "bin_PROGRAMS = p\np_SOURCES = p.c\n",
        [AddLinkFlags("src/p", ("-Wl,-a",))],
        "bin_PROGRAMS = p\np_SOURCES = p.c\np_LDFLAGS = -Wl,-a\n",
    ),
}

REFUSED: dict[str, tuple[str, Change, str]] = {
    "listed-in-two-branches": (
        "if A\nlib_LTLIBRARIES = libh.la\nelse\npkglib_LTLIBRARIES = libh.la\nendif\n",
        STATIC,
        "src/Makefile.am:4: libh.la is listed twice, as in line 2; make it noinst_LTLIBRARIES by hand",
    ),
    "convenience-libraries-in-a-conditional": (
        "if A\nnoinst_LTLIBRARIES = liba.la\nendif\nlib_LTLIBRARIES = libh.la libz.la\n",
        STATIC,
        "src/Makefile.am:2: noinst_LTLIBRARIES is set in a conditional only; put libh.la into one by hand",
    ),
    "flags-in-a-conditional": (
        f"{LIST}if A\nx_la_LDFLAGS = -a\nendif\n",
        FLAGS,
        "src/Makefile.am:3: x_la_LDFLAGS is set in a conditional only; add -Wl,-a -b by hand",
    ),
    "no-sources": (LIST, SOURCE, "src/Makefile.am:1: x_la_SOURCES is not set; add src/compat.c to the sources by hand"),
    "a-link-of-its-own": (
        f"{OWN}x_la_LINK = $(CXXLINK) -s\n",
        RUNTIME,
        "src/Makefile.am:3: x_la_LINK is the project's own; link libstdc++.a there by hand",
    ),
    "extension-to-drop": (
        OWN,
        DropExtension(X),
        "src/Makefile.am:1: x.la is built for its own sake; take it out by hand",
    ),
    "list-that-holds-more": (
        f"{OWN}BOTH = liba.la libz.la\nx_la_LIBADD = libh.la $(BOTH)\n",
        ONCE,
        "src/Makefile.am:4: $(BOTH) in x_la_LIBADD holds src/liba.la, which must not be linked twice; and more: "
        "take it apart by hand",
    ),
}  # fmt: skip


WHOLE_FILES: dict[str, Case] = fixture_cases("automake", ".am")
