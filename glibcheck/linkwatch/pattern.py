"""What the name of a version above the target looks like, for `grep`: the first look costs no start of Python."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from glibcheck.model.target import Target


# Families of libstdc++ and glibc that not every target has: other formats of long double, transactional memory.
_SELDOM = (*(f"{base}_{word}" for base in ("GLIBC", "GLIBCXX", "CXXABI") for word in ("LDBL", "IEEE128")), "CXXABI_TM")
_NUMBERLESS = "CXXABI_FLOAT128"


def newer_versions(target: Target) -> str:
    """Give an extended regular expression (POSIX) that finds every version name which the target lacks.

    It may find more than that: what it finds is looked at closely, what it does not is not looked at.
    """
    families = (f"{family}_({'|'.join(_above(limit))})" for family, limit in sorted(target.limits.items()))
    seldom = (f"{family}_" for family in _SELDOM if family not in target.limits)
    numberless = [] if _NUMBERLESS in target.markers else [_NUMBERLESS]
    return "|".join([*families, *seldom, *numberless, "GLIBC_(ABI_|PRIVATE)"])


def _above(limit: Sequence[int]) -> Iterator[str]:
    """Describe the numbers behind a limit: one of them is larger and all before it are the same, or there are more."""
    for place, number in enumerate(limit):
        before = "".join(f"{part}\\." for part in limit[:place])
        yield from (f"{before}{larger}" for larger in _larger(number))
    yield "".join(f"{part}\\." for part in limit) + "[0-9]"


def _larger(number: int) -> Iterator[str]:
    """Describe the integers above one: some digit is larger and all before it are the same, or there are more digits.

    What follows is not looked at, so a longer number may be found by its beginning; it is larger all the same.
    """
    digits = str(number)
    for place, digit in enumerate(digits):
        if digit != "9":
            yield f"{digits[:place]}[{int(digit) + 1}-9]{'[0-9]' * (len(digits) - place - 1)}"
    yield f"[1-9]{'[0-9]' * len(digits)}"
