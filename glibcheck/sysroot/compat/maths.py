"""Members that need no numerical analysis: the functions of C23 that look at or choose a number.

Trap: ppc64le's long double is a pair of doubles, which has no single magnitude, and a 32-bit x86 has no integer that
holds its long double: there those functions are left out.
"""

from __future__ import annotations

from glibcheck.sysroot.compat.rows import each

_LONG = "x86_64 aarch64 armv7l s390x riscv64 loongarch64"
_ENVIRONMENT = "x86_64 aarch64"

_STEMS = (
    *("__iseqsig", "__issignaling", "canonicalize", "getpayload", "llogb", "nextdown", "nextup", "roundeven"),
    *("fmaximum", "fmaximum_mag", "fmaximum_mag_num", "fmaximum_num", "fmaxmag"),
    *("fminimum", "fminimum_mag", "fminimum_mag_num", "fminimum_num", "fminmag"),
    *("setpayload", "setpayloadsig", "totalorder", "totalordermag"),
)
_DOES = "by the parts of the number"

ROWS = (
    *each(" ".join(_STEMS), _DOES),
    *each(" ".join(f"{stem}f" for stem in _STEMS), _DOES),
    *each(" ".join(f"{stem}l" for stem in _STEMS), _DOES, machines=_LONG),
    *each("__iscanonicall", "the leading bit of the x87's format", machines="x86_64 i686"),
    *each("fegetmode fesetmode fesetexcept fetestexceptflag", "the processor's registers", machines=_ENVIRONMENT),
)
