"""Targets by name: what 'manylinux_2_17', 'glibc-2.28', 'debian:11', 'musllinux_1_2' or a name of one's own allows.

`names` finds the target that a text means; `policies` reads auditwheel's data, and `manylinux`, `musllinux`,
`distributions` and `custom` each know one kind of name. To add a kind, write such a module and add it to `names`.
"""

from __future__ import annotations

from glibcheck.targets.custom import CustomTarget, read_custom

__all__ = ["CustomTarget", "read_custom"]
