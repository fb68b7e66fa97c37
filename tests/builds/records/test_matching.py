"""Files of a product and rows of a record: they belong together by name, and where several do, only by a proof."""

from __future__ import annotations

from pathlib import Path

import pytest

from glibcheck.builds.records.made import Made
from glibcheck.builds.records.matching import matched
from glibcheck.workspace.reading import read_file_linkage
from tests.tools import output


def linked(folder: Path, path: str, text: str = "int x;", soname: str | None = None, build_id: str = "none") -> str:
    """Link a library of one C text, and give its path."""
    place = folder / path
    place.parent.mkdir(parents=True, exist_ok=True)
    (folder / "x.c").write_text(text)
    named = [f"-Wl,-soname,{soname}"] if soname else []
    output("gcc", "-shared", "-fPIC", *named, f"-Wl,--build-id={build_id}", "-o", str(place), str(folder / "x.c"))
    return str(place)


def found(product: Path, rows: list[Made]) -> dict[str, str]:
    paths = sorted(str(path.relative_to(product)) for path in product.rglob("*.so*"))
    return matched(rows, str(product), [(path, read_file_linkage(str(product / path))) for path in paths])


def test_a_name_that_is_one_of_a_kind_is_enough(tmp_path: Path) -> None:
    built = linked(tmp_path, "build/_x.so", "int x = 1;")
    linked(tmp_path, "product/pkg/_x.so", "char changed[100000] = {1};")
    linked(tmp_path, "product/pkg/_other.so")
    assert found(tmp_path / "product", [Made("src/_x", (built,))]) == {"pkg/_x.so": "src/_x"}


def test_a_file_that_was_renamed_is_known_by_its_soname(tmp_path: Path) -> None:
    built = linked(tmp_path, "build/libx.so.1.2", soname="libx.so.1")
    linked(tmp_path, "product/libx-0123abcd.so", soname="libx.so.1")
    assert found(tmp_path / "product", [Made("x", (built,))]) == {"libx-0123abcd.so": "x"}


def test_copies_for_each_name_are_of_one_target(tmp_path: Path) -> None:
    built = linked(tmp_path, "build/libx.so.1.2", soname="libx.so.1")
    for name in ("libx.so", "libx.so.1", "libx.so.1.2"):
        linked(tmp_path, f"product/pkg/{name}", soname="libx.so.1")
    assert set(found(tmp_path / "product", [Made("x", (built,))]).values()) == {"x"}
    assert len(found(tmp_path / "product", [Made("x", (built,))])) == 3


@pytest.mark.parametrize("stripped", [False, True])
def test_build_ids_tell_files_of_one_name(stripped: bool, tmp_path: Path) -> None:
    rows = [Made(name, (linked(tmp_path, f"build/{name}/_x.so", build_id=f"0x{name * 4}"),)) for name in ("aa", "bb")]
    for name in ("aa", "bb"):
        path = linked(tmp_path, f"product/of_{name}/_x.so", build_id=f"0x{name * 4}")
        if stripped:
            output("strip", path)
    assert found(tmp_path / "product", rows) == {"of_aa/_x.so": "aa", "of_bb/_x.so": "bb"}


def test_the_place_of_the_install_tells_files_of_one_name(tmp_path: Path) -> None:
    rows = [
        Made("one", (linked(tmp_path, "build/1/_x.so"),), ("/usr/lib/python3/site-packages/one/_x.so",)),
        Made("two", (linked(tmp_path, "build/2/_x.so"),), ("two/_x.so",)),
    ]
    linked(tmp_path, "product/one/_x.so")
    linked(tmp_path, "product/lib/two/_x.so")
    assert found(tmp_path / "product", rows) == {"one/_x.so": "one", "lib/two/_x.so": "two"}


def test_the_size_tells_files_of_one_name(tmp_path: Path) -> None:
    texts = {"small": "int x;", "large": "char x[100000] = {1};"}
    rows = [Made(name, (linked(tmp_path, f"build/{name}/_x.so", text),)) for name, text in texts.items()]
    for name, text in texts.items():
        linked(tmp_path, f"product/of_{name}/_x.so", text)
    assert found(tmp_path / "product", rows) == {"of_large/_x.so": "large", "of_small/_x.so": "small"}


def test_what_nothing_tells_has_no_entry(tmp_path: Path) -> None:
    rows = [Made(name, (linked(tmp_path, f"build/{name}/_x.so"),)) for name in ("one", "two")]
    linked(tmp_path, "product/a/_x.so")
    linked(tmp_path, "product/b/_x.so")
    assert found(tmp_path / "product", rows) == {}


def test_a_shipped_file_of_the_same_name_is_not_taken_for_the_built_one(tmp_path: Path) -> None:
    built = linked(tmp_path, "build/libx.so")
    linked(tmp_path, "product/built/libx.so")
    linked(tmp_path, "product/shipped/libx.so", "char x[100000] = {1};")
    assert found(tmp_path / "product", [Made("x", (built,))]) == {"built/libx.so": "x"}
