"""Names of newer releases for which no stand-in can be right, or none is made: what they are, and what to do instead.

Each row is a regular expression for the whole name, and the reason. The first row that matches counts.
"""

from __future__ import annotations

_NUMERIC = (
    "exp10m1|exp2m1|log10p1|log2p1|logp1|acospi|asinpi|atan2pi|atanpi|cospi|sinpi|tanpi|compoundn|pown|powr|rootn|rsqrt"
)
_OPERATIONS = "add|sub|mul|div|sqrt|fma"

REFUSED: tuple[tuple[str, str], ...] = (
    (
        r"_ZGV.*",
        "a vector function of libmvec: compile the file that needs it with -fno-tree-vectorize",
    ),
    (
        r"_{2,3}\w+64(_r)?(_chk)?|\w+_time64",
        "64-bit time on a 32-bit machine needs a C library that has it: compile without -D_TIME_BITS=64",
    ),
    (
        r".*ieee128.*",
        "long double as binary128 on ppc64le needs a C library that has it: compile with -mabi=ibmlongdouble",
    ),
    (
        r"__nldbl_\w+",
        "long double as double needs a C library that has it: compile without -mlong-double-64",
    ),
    (
        r"u?fromfpx?([fl]|f\d+x?)?",
        "gives a floating-point number since 2.43 and an integer before: the name does not tell which one is meant",
    ),
    (
        rf"f(32|64)x?({_OPERATIONS})f(32|64|128)x?|[fd]({_OPERATIONS})l?",
        "rounds once to the narrower type, which is not the same as twice: compute in the wider type and convert",
    ),
    (
        r"(?!(strto|strfrom)f128$).*f128(_r|_l|_internal)?",
        "mathematics of _Float128: use libquadmath and its __float128 instead",
    ),
    (
        r".*f(32|64)x?(_r|_l)?",
        "a name with the width of the type: use the standard one (sin for sinf64, sinf for sinf32, sinl for sinf64x)",
    ),
    (
        rf"({_NUMERIC})[fl]?",
        "needs a numerical routine of its own: use the function of C99 that it is made of (log1p, sin, pow, ...)",
    ),
    (
        r"cf[gs]et[io]?speed",
        "speeds are plain numbers since 2.42 and codes before: compile against headers of 2.41 or older",
    ),
    (
        r"posix_spawn\w+|pidfd_spawnp?|pidfd_getpid",
        "works with what is inside posix_spawn of the C library: use fork and exec, and the pid that fork gave",
    ),
    (
        r"pthread_(attr_[gs]etsigmask|[gs]etattr_default|gettid)_np",
        "reads or writes what only the C library itself knows of its threads",
    ),
    (
        r"__rseq_\w+",
        "tells where the C library keeps restartable sequences, and an older one keeps none",
    ),
    (
        r"__x86_get_\w+|__riscv_hwprobe|__parse_hwcap\w+|__tls_get_addr_opt",
        "what the loader knows of the machine: ask the compiler (__builtin_cpu_supports) or the kernel (getauxval)",
    ),
    (
        r"_mcount|__fentry__",
        "counts calls for a profile: compile without -pg",
    ),
    (
        r"__signgam|__fe_dfl_mode",
        "a datum of libm itself, which another one of the same name could not be",
    ),
)
