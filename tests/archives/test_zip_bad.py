"""Archives that lie: whatever the bytes, there are members, reasons, ArchiveError and ElfError, soon, in little memory.

Damages that were thought of, each by its name; archives cut off at every byte; bytes changed at random; bombs.
"""

from __future__ import annotations

import io
import os
import struct
import warnings
import zipfile
from collections.abc import Callable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from glibcheck.archives import inflate
from glibcheck.archives.member import Limits
from glibcheck.archives.zip import Member, check_crc, members, open_member, starts_with_elf
from glibcheck.elf.image import read
from glibcheck.errors import ArchiveError, ElfError, GlibcheckError
from tests.archives.samples import CENTRAL, END, END64, IMAGE, LIBRARY, LOCAL, LOCATOR, bad, good, patched, zipped

SECONDS = 2.0
NEXT = "next.so"
BASIC = zipped({"lib.so": LIBRARY, NEXT: LIBRARY})


def both(layout: str, distance: int, *values: int) -> bytes:
    """Overwrite a field of BASIC in both descriptions of the first member; `distance` is that in the directory."""
    return patched(patched(BASIC, CENTRAL, distance, layout, *values), LOCAL, distance - 2, layout, *values)


def renamed(name: bytes) -> bytes:
    """Rename the first member, whose name has six bytes."""
    return BASIC.replace(b"lib.so", name)


def with_twin() -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as archive, warnings.catch_warnings():
        warnings.simplefilter("ignore")
        for content in (b"one", b"two"):
            archive.writestr("lib.so", content)
        archive.writestr(NEXT, LIBRARY)
    return target.getvalue()


def with_one_header_for_both() -> bytes:
    """Let the second entry of the directory name the first header."""
    place = BASIC.rindex(CENTRAL)
    return BASIC[: place + 42] + bytes(4) + BASIC[place + 46 :]


BAD: dict[str, tuple[bytes, str]] = {
    "encrypted": (both("H", 8, 1), "it is encrypted"),
    "strongly-encrypted": (both("H", 8, 0x40), "it is encrypted"),
    "masked": (both("H", 8, 0x2000), "it is encrypted"),
    "patch": (both("H", 8, 0x20), "a patch to another file"),
    "bzip2": (both("H", 10, 12), "compressed by method 12 (bzip2), which is not read"),
    "zstd": (both("H", 10, 93), "compressed by method 93 (zstd), which is not read"),
    "method-77": (both("H", 10, 77), "compressed by method 77 (unknown), which is not read"),
    "stored-in-fewer-bytes": (both("H", 10, 0), "stored as it is, and yet"),
    "absolute": (renamed(b"/ib.so"), "an absolute path"),
    "drive": (renamed(b"c:b.so"), "an absolute path"),
    "parent": (renamed(b"../.so"), "leads outside"),
    "parent-behind": (renamed(b"ab/../"), "leads outside"),
    "parent-alone": (renamed(b"x/y/.."), "leads outside"),
    "backslash": (renamed(b"l\\b.so"), "a backslash"),
    "zero-byte": (renamed(b"lib\0so"), "a zero byte"),
    "another-name-in-front": (BASIC.replace(b"lib.so", b"lob.so", 1), "another name in front"),
    "longer-name-in-front": (patched(BASIC, LOCAL, 26, "H", 7), "another name in front"),
    "another-method-in-front": (patched(BASIC, LOCAL, 8, "H", 0), "another compression or encryption"),
    "encrypted-in-front": (patched(BASIC, LOCAL, 6, "H", 1), "another compression or encryption"),
    "another-crc-in-front": (patched(BASIC, LOCAL, 14, "I", 0), "another size or CRC"),
    "another-compressed-size-in-front": (patched(BASIC, LOCAL, 18, "I", 1), "another size or CRC"),
    "another-size-in-front": (patched(BASIC, LOCAL, 22, "I", 1), "another size or CRC"),
    "wide-size-in-front-not-given": (patched(BASIC, LOCAL, 22, "I", 0xFFFFFFFF), "another size or CRC"),
    "header-outside": (patched(BASIC, CENTRAL, 42, "I", 0x7FFFFFFF), "lies outside of the archive"),
    "header-in-the-directory": (
        patched(BASIC, CENTRAL, 42, "I", BASIC.index(CENTRAL)),
        "lies outside of the archive",
    ),
    "header-in-another-member": (
        patched(BASIC, CENTRAL, 42, "I", BASIC.rindex(LOCAL) - 10),
        "lies outside of the archive, or in another member",
    ),
    "header-elsewhere": (patched(BASIC, CENTRAL, 42, "I", 1), "no member starts where the directory says"),
    "data-over-the-next-member": (both("I", 20, 1 << 20), "reaches into the next member"),
    "extra-field-over-the-next-member": (patched(BASIC, LOCAL, 28, "H", 0xFFFF), "reaches into the next member"),
    "one-header-for-two-members": (with_one_header_for_both(), "another name in front"),
    "the-same-name-twice": (with_twin(), "appears twice; the first is read"),
    "size-of-a-bomb": (both("I", 24, 65 << 20), "a zip bomb"),
}


@pytest.mark.parametrize("damage", BAD)
def test_a_bad_member_is_told_and_the_others_are_read(damage: str) -> None:
    data, reason = BAD[damage]
    (found,) = bad(data)
    assert reason in found.reason
    others = [member for member in members(data) if isinstance(member, Member) and member.name == NEXT]
    if damage != "one-header-for-two-members":
        assert [read(open_member(data, member)) for member in others] == [IMAGE]


def test_names_of_any_length_are_known_and_long_ones_are_bad() -> None:
    data = zipped({"n" * 4096: b"", "n" * 4097: b"", "n" * 65535: b""})
    assert [member.reason for member in bad(data)] == ["its name is longer than 4096 characters"] * 2
    data = zipped({"y": b"", NEXT: b""})
    nameless = bytearray(data.replace(b"y", b""))
    for record, distance in ((CENTRAL, 28), (LOCAL, 26)):
        struct.pack_into("<H", nameless, nameless.index(record) + distance, 0)
    struct.pack_into("<I", nameless, nameless.rindex(CENTRAL) + 42, data.rindex(LOCAL) - 1)
    end = nameless.rindex(END)
    start = nameless.index(CENTRAL)
    struct.pack_into("<II", nameless, end + 12, end - start, start)
    assert [member.reason for member in bad(bytes(nameless))] == ["it has no name"]


WIDE_END = struct.pack("<4sQ2H2I4Q", END64, 44, 45, 45, 0, 0, 2, 2, 0, 0) + struct.pack("<4sIQI", LOCATOR, 0, 0, 1)
END_AT = BASIC.index(END)


def wide(change: Callable[[bytearray, int, int], None]) -> bytes:
    """Write BASIC with a ZIP64 end record, and let `change` damage it: the bytes, and where record and locator are."""
    start, size = BASIC.index(CENTRAL), END_AT - BASIC.index(CENTRAL)
    data = bytearray(BASIC[:END_AT] + WIDE_END + BASIC[END_AT:])
    struct.pack_into("<QQ", data, END_AT + 40, size, start)
    struct.pack_into("<Q", data, END_AT + 56 + 8, END_AT)
    change(data, END_AT, END_AT + 56)
    return bytes(data)


def put(distance: int, layout: str, value: int, *, locator: bool = False) -> Callable[[bytearray, int, int], None]:
    def change(data: bytearray, record: int, locator_at: int) -> None:
        struct.pack_into("<" + layout, data, (locator_at if locator else record) + distance, value)

    return change


DAMAGED: dict[str, tuple[bytes, str]] = {
    "no-bytes": (b"", "no end record"),
    "no-zip": (b"\x7fELF" + bytes(1000), "no end record: it is no zip archive, or it is cut short"),
    "end-record-cut-short": (BASIC[:-5], "cut short: 5 bytes of the end record are missing"),
    "comment-cut-short": (zipped({}, comment=b"comment")[:-1], "cut short: 1 bytes of the end record"),
    "bytes-behind": (BASIC + b"x", "1 bytes follow the archive"),
    "front-cut-off": (BASIC[1:], "not in the file"),
    "directory-outside": (patched(BASIC, END, 16, "I", 0x7FFFFFFF), "not in the file"),
    "directory-too-long": (patched(BASIC, END, 12, "I", 0x7FFFFFFF), "not in the file"),
    "directory-shorter": (patched(BASIC, END, 12, "I", 50), "no entry where one should start"),
    "directory-cut-in-an-entry": (
        patched(patched(BASIC, END, 12, "I", END_AT - BASIC.rindex(CENTRAL)), END, 8, "HH", 2, 2),
        "1 members, the end record says 2",
    ),
    "entry-with-another-magic": (patched(BASIC, CENTRAL, 0, "B", 0), "no entry where one should start"),
    "entry-over-the-end": (
        BASIC[: BASIC.rindex(CENTRAL)] + patched(BASIC[BASIC.rindex(CENTRAL) :], CENTRAL, 32, "H", 1000),
        "the last entry reaches over its end",
    ),
    "fewer-members-than-said": (patched(BASIC, END, 8, "HH", 3, 3), "2 members, the end record says 3"),
    "more-members-than-said": (patched(BASIC, END, 8, "HH", 1, 1), "2 members, the end record says 1"),
    "disk-of-several": (patched(BASIC, END, 4, "H", 1), "one part of an archive of several"),
    "directory-on-another-disk": (patched(BASIC, END, 6, "H", 1), "one part of an archive of several"),
    "some-members-on-another-disk": (patched(BASIC, END, 8, "H", 1), "one part of an archive of several"),
    "member-on-another-disk": (patched(BASIC, CENTRAL, 34, "H", 3), "one part of an archive of several"),
    "wide-size-not-given": (patched(BASIC, CENTRAL, 24, "I", 0xFFFFFFFF), "announced and not given"),
    "wide-record-of-another-length": (wide(put(4, "Q", 45)), "not where its locator says"),
    "wide-record-without-magic": (wide(put(0, "B", 0)), "not where its locator says"),
    "wide-record-says-otherwise": (wide(put(32, "Q", 3)), "contradict each other: 2 and 3"),
    "wide-directory-elsewhere": (wide(put(48, "Q", 5)), "contradict each other"),
    "wide-locator-of-several-disks": (wide(put(16, "I", 2, locator=True)), "one part of an archive of several"),
    "wide-record-of-another-disk": (wide(put(16, "I", 1)), "contradict each other: 0 and 1"),
}


@pytest.mark.parametrize("damage", DAMAGED)
def test_a_damaged_archive_is_an_error_before_the_first_member(damage: str) -> None:
    data, message = DAMAGED[damage]
    with pytest.raises(ArchiveError) as caught:
        next(members(data))
    assert message in caught.value.message
    assert "\n" not in str(caught.value)


def test_a_wide_end_record_is_found_though_its_locator_is_wrong() -> None:
    assert len(good(wide(lambda *_: None))) == 2
    assert len(good(wide(put(8, "Q", 1, locator=True)))) == 2


def test_limits_of_the_directory() -> None:
    assert len(good(BASIC, Limits(members=2))) == 2
    for limits in (Limits(members=1), Limits(directory=100)):
        with pytest.raises(ArchiveError, match="over the limits"):
            next(members(BASIC, limits))


def visit(data: bytes) -> None:
    """Do all that can be done with an archive; only our errors may come of it, in one line each."""
    told: list[GlibcheckError] = []
    try:
        for member in members(data):
            if isinstance(member, Member):
                try:
                    if starts_with_elf(data, member):
                        read(open_member(data, member))
                    check_crc(data, member)
                except (ArchiveError, ElfError) as error:
                    told.append(error)
    except ArchiveError as error:
        told.append(error)
    assert not any("\n" in str(error) for error in told)


@pytest.mark.usefixtures("engine")
def test_an_archive_cut_off_anywhere_is_an_error_or_whole() -> None:
    data = zipped({"lib.so": LIBRARY, "__init__.py": b"import lib\n", NEXT: LIBRARY}, comment=b"made for a test")
    whole = list(members(data))
    for end in range(len(data)):
        with pytest.raises(ArchiveError):
            list(members(data[:end]))
    assert list(members(data)) == whole


WHEELS = (
    zipped({"pkg/__init__.py": b"x = 1\n" * 99, "pkg/_ext.so": LIBRARY, "pkg-1.dist-info/RECORD": b"pkg,,\n"}),
    zipped({"a.so": LIBRARY, "b.so": LIBRARY}, zipfile.ZIP_STORED, b"comment"),
    wide(lambda *_: None),
)


@pytest.mark.usefixtures("engine")
@pytest.mark.parametrize("wheel", WHEELS, ids=["deflated", "stored", "zip64"])
def test_no_single_byte_breaks_the_reader(wheel: bytes) -> None:
    for place in range(len(wheel)):
        for value in {0, 0xFF, wheel[place] ^ 1}:
            visit(wheel[:place] + bytes([value]) + wheel[place + 1 :])


@settings(max_examples=300, deadline=None)
@given(
    st.sampled_from(WHEELS),
    st.lists(st.tuples(st.integers(0, 1 << 20), st.integers(0, 255)), min_size=1, max_size=20),
    st.integers(0, 1 << 20),
)
def test_no_bytes_break_the_reader(wheel: bytes, changes: list[tuple[int, int]], cut: int) -> None:
    data = bytearray(wheel)
    for place, value in changes:
        data[place % len(data)] = value
    visit(bytes(data))
    visit(bytes(data[cut % len(data) :]))


@given(st.binary(max_size=300))
def test_no_noise_breaks_the_reader(noise: bytes) -> None:
    visit(noise)
    visit(LOCAL + noise + BASIC[END_AT:])
    visit(noise + BASIC[-22:])


@pytest.mark.usefixtures("engine")
def test_both_engines_refuse_noise() -> None:
    for _ in range(200):
        noise = os.urandom(500)
        try:
            out = b"".join(inflate.inflate(noise, 0, len(noise)))
        except ArchiveError:
            continue
        assert len(out) < 600_000
