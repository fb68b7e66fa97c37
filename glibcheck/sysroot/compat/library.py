"""Members that compute or call other functions of the library: numbers, text, memory, the resolver."""

from __future__ import annotations

from glibcheck.sysroot.compat.rows import each

_SCAN = "%i does not take the binary prefix, and C23's %b and %w lengths end the scan"
_LP64 = "x86_64 aarch64 ppc64le s390x riscv64 loongarch64"

ROWS = (
    *each(
        """__isoc23_strtoimax __isoc23_strtol __isoc23_strtol_l __isoc23_strtoll __isoc23_strtoll_l __isoc23_strtoul
        __isoc23_strtoul_l __isoc23_strtoull __isoc23_strtoull_l __isoc23_strtoumax __isoc23_wcstoimax __isoc23_wcstol
        __isoc23_wcstol_l __isoc23_wcstoll __isoc23_wcstoll_l __isoc23_wcstoul __isoc23_wcstoul_l __isoc23_wcstoull
        __isoc23_wcstoull_l __isoc23_wcstoumax""",
        "the function without the prefix, and C23's 0b for the bases 0 and 2",
    ),
    *each(
        """__isoc23_fscanf __isoc23_fwscanf __isoc23_scanf __isoc23_sscanf __isoc23_swscanf __isoc23_vfscanf
        __isoc23_vfwscanf __isoc23_vscanf __isoc23_vsscanf __isoc23_vswscanf __isoc23_vwscanf __isoc23_wscanf""",
        "the scanf functions of C99",
        _SCAN,
    ),
    *each("explicit_bzero __explicit_bzero_chk", "memset that the compiler does not leave out"),
    *each("memset_explicit __memset_explicit_chk", "memset that the compiler does not leave out"),
    *each("strlcpy strlcat __strlcpy_chk __strlcat_chk", "copy and append text within a given room"),
    *each("wcslcpy wcslcat __wcslcpy_chk __wcslcat_chk", "copy and append wide text within a given room"),
    *each("__memcmpeq", "memcmp"),
    *each("__inet_ntop_chk __inet_pton_chk", "inet_ntop and inet_pton, after a look at the size of the object"),
    *each("reallocarray", "realloc, after a look at the product"),
    *each("free_sized free_aligned_sized", "free"),
    *each("memalignment", "the largest power of two that divides an address"),
    *each("mallinfo2", "mallinfo, in larger numbers", "each number begins at 0 again after 4 GiB"),
    *each("uabs ulabs ullabs umaxabs", "the absolute value as an unsigned number"),
    *each("strfromd strfromf strfroml", "one number as text, by snprintf"),
    *each(
        "strtof128 strfromf128",
        "strtold and strfroml",
        "x86 and ppc64le: the number has the precision and the range of their long double only",
        machines=f"{_LP64} i686",
    ),
    *each("twalk_r", "walk a tree of tsearch, whose nodes have kept their layout"),
    *each("strerrorname_np strerrordesc_np sigabbrev_np sigdescr_np", "a table of glibc 2.36's names and texts"),
    *each("mbrtoc8 c8rtomb", "UTF-8 by way of mbrtowc and wcrtomb"),
    *each(
        """stdc_bit_ceil_uc stdc_bit_ceil_ui stdc_bit_ceil_ul stdc_bit_ceil_ull stdc_bit_ceil_us stdc_bit_floor_uc
        stdc_bit_floor_ui stdc_bit_floor_ul stdc_bit_floor_ull stdc_bit_floor_us stdc_bit_width_uc stdc_bit_width_ui
        stdc_bit_width_ul stdc_bit_width_ull stdc_bit_width_us stdc_count_ones_uc stdc_count_ones_ui stdc_count_ones_ul
        stdc_count_ones_ull stdc_count_ones_us stdc_count_zeros_uc stdc_count_zeros_ui stdc_count_zeros_ul
        stdc_count_zeros_ull stdc_count_zeros_us stdc_first_leading_one_uc stdc_first_leading_one_ui
        stdc_first_leading_one_ul stdc_first_leading_one_ull stdc_first_leading_one_us stdc_first_leading_zero_uc
        stdc_first_leading_zero_ui stdc_first_leading_zero_ul stdc_first_leading_zero_ull stdc_first_leading_zero_us
        stdc_first_trailing_one_uc stdc_first_trailing_one_ui stdc_first_trailing_one_ul stdc_first_trailing_one_ull
        stdc_first_trailing_one_us stdc_first_trailing_zero_uc stdc_first_trailing_zero_ui stdc_first_trailing_zero_ul
        stdc_first_trailing_zero_ull stdc_first_trailing_zero_us stdc_has_single_bit_uc stdc_has_single_bit_ui
        stdc_has_single_bit_ul stdc_has_single_bit_ull stdc_has_single_bit_us stdc_leading_ones_uc stdc_leading_ones_ui
        stdc_leading_ones_ul stdc_leading_ones_ull stdc_leading_ones_us stdc_leading_zeros_uc stdc_leading_zeros_ui
        stdc_leading_zeros_ul stdc_leading_zeros_ull stdc_leading_zeros_us stdc_trailing_ones_uc stdc_trailing_ones_ui
        stdc_trailing_ones_ul stdc_trailing_ones_ull stdc_trailing_ones_us stdc_trailing_zeros_uc
        stdc_trailing_zeros_ui stdc_trailing_zeros_ul stdc_trailing_zeros_ull stdc_trailing_zeros_us""",
        "the bits of an unsigned number (<stdbit.h>)",
    ),
    *each(
        """dn_comp dn_expand dn_skipname res_dnok res_hnok res_mailok res_mkquery res_nmkquery res_nquery
        res_nquerydomain res_nsearch res_nsend res_ownok res_query res_querydomain res_search res_send""",
        "the function of libresolv that has the name with two underscores in front, by its version",
        machines="x86_64 aarch64 i686 armv7l ppc64le s390x riscv64",  # loongarch64 has no older one
    ),
    *each(
        "fts64_children fts64_close fts64_open fts64_read fts64_set",
        "the function without 64, which is the same with 64-bit file offsets",
        machines=_LP64,
    ),
)
