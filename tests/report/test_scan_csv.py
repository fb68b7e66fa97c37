"""The table: a row a symbol, and nothing that a spreadsheet would take for a formula."""

from __future__ import annotations

from glibcheck.model.finding import Failure, ScannedFile
from glibcheck.model.image import ElfImage, Requirement
from glibcheck.model.names import Soname, SymbolName, VersionName
from glibcheck.report.scan_csv import render

IMAGE = ElfImage("x86_64", 64, None, (), None, None, None, (), (), ())


def scanned(path: str, *needs: tuple[str, str, bool, tuple[str, ...]]) -> ScannedFile:
    requirements = tuple(
        Requirement(Soname(library), VersionName(version), weak, tuple(map(SymbolName, symbols)))
        for library, version, weak, symbols in needs
    )
    return ScannedFile(path, IMAGE._replace(requirements=requirements))


def test_a_row_for_each_symbol_and_one_for_a_version_without() -> None:
    file = scanned(
        "a.so",
        ("libc.so.6", "GLIBC_2.34", False, ("dlopen", "dlsym")),
        ("libc.so.6", "GLIBC_ABI_DT_RELR", False, ()),
        ("libm.so.6", "GLIBC_2.29", True, ("pow",)),
    )
    assert "".join(render([file, Failure("b.so", "is damaged")])) == (
        "path,machine,library,version,weak,symbol\n"
        "a.so,x86_64,libc.so.6,GLIBC_2.34,false,dlopen\n"
        "a.so,x86_64,libc.so.6,GLIBC_2.34,false,dlsym\n"
        "a.so,x86_64,libc.so.6,GLIBC_ABI_DT_RELR,false,\n"
        "a.so,x86_64,libm.so.6,GLIBC_2.29,true,pow\n"
    )


def test_names_that_would_be_formulas_or_cannot_be_encoded_are_made_harmless() -> None:
    file = scanned("=cmd.so", ("lib,c", "V_1", False, ("+1", "a\udcffb", 'quote"d', "line\nbreak")))
    assert list(render([file]))[1:] == [
        "'=cmd.so,x86_64,\"lib,c\",V_1,false,'+1\n",
        '\'=cmd.so,x86_64,"lib,c",V_1,false,a\\udcffb\n',
        '\'=cmd.so,x86_64,"lib,c",V_1,false,"quote""d"\n',
        '\'=cmd.so,x86_64,"lib,c",V_1,false,"line\nbreak"\n',
    ]
