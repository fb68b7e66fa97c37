"""Where a wheel's members will be (PEP 427), and which paths lead to them."""

from __future__ import annotations

import pytest

from glibcheck.installation import Installation

MEMBERS = (
    "pkg/_x.so",
    "pkg/sub/_y.so",
    "pkg.libs/liba.so",
    "pkg-1.0.data/purelib/pkg/_pure.so",
    "pkg-1.0.data/platlib/pkg/_plat.so",
    "pkg-1.0.data/data/lib/libd.so",
    "pkg-1.0.data/scripts/tool",
    "pkg-1.0.data/headers/pkg.h",
    "pkg-1.0.data/unknown/libu.so",
    "other.data/data/libo.so",
    "pkg-1.0.dist-info/RECORD",
)
HERE = Installation(MEMBERS)

PLACES = {
    "pkg/_x.so": "site-packages/pkg/_x.so",
    "pkg-1.0.data/purelib/pkg/_pure.so": "site-packages/pkg/_pure.so",
    "pkg-1.0.data/platlib/pkg/_plat.so": "site-packages/pkg/_plat.so",
    "pkg-1.0.data/data/lib/libd.so": "prefix/lib/libd.so",
    "pkg-1.0.data/scripts/tool": "prefix/bin/tool",
    "pkg-1.0.data/headers/pkg.h": "prefix/include/pkg.h",
    "other.data/data/libo.so": "site-packages/other.data/data/libo.so",
}


@pytest.mark.parametrize(("member", "place"), PLACES.items())
def test_each_member_has_its_place_and_is_found_there(member: str, place: str) -> None:
    path = HERE.path_of(member)
    assert path is not None
    assert (HERE.shown(path), HERE.member_at(path), HERE.covers(path)) == (place, member, True)


def test_what_no_installer_knows_has_no_place() -> None:
    assert HERE.path_of("pkg-1.0.data/unknown/libu.so") is None


LEADING = {
    "beside": ("./_x.so", "pkg/_x.so"),
    "auditwheel-s-folder": ("../pkg.libs/liba.so", "pkg.libs/liba.so"),
    "through-a-folder-of-the-wheel": ("sub/../../pkg.libs//liba.so", "pkg.libs/liba.so"),
    "through-a-folder-that-is-not-there": ("gone/../_x.so", None),
    "to-the-prefix": ("../../../libd.so", "pkg-1.0.data/data/lib/libd.so"),
    "out-of-it-and-back": ("../../../../../installed/lib/libd.so", None),
    "to-a-folder": ("../pkg", None),
}


@pytest.mark.parametrize(("path", "member"), LEADING.values(), ids=LEADING.keys())
def test_a_path_is_followed_as_the_kernel_does(path: str, member: str | None) -> None:
    folder = (HERE.path_of("pkg/_x.so") or "").rpartition("/")[0]
    assert HERE.member_at(f"{folder}/{path}") == member


def test_paths_are_shown_without_the_made_up_prefix() -> None:
    folder = (HERE.path_of("pkg/_x.so") or "").rpartition("/")[0]
    assert HERE.shown(f"{folder}/../pkg.libs") == "site-packages/pkg.libs"
    assert HERE.shown(f"{folder}/../../../../../x") == "a folder above the installation"
    assert HERE.shown("/lib/x86_64-linux-gnu") == "/lib/x86_64-linux-gnu"
    assert HERE.named("liba.so") == ("site-packages/pkg.libs/liba.so",)


def test_of_two_members_for_one_place_the_first_counts() -> None:
    both = Installation(["a-1.data/purelib/a.so", "a.so", "a-1.dist-info/RECORD"])
    assert both.member_at(both.path_of("a.so") or "") == "a-1.data/purelib/a.so"
