"""Meson's record: `meson-info/intro-targets.json` in the build folder, which Meson writes at every setup.

Its form is that of `meson introspect --targets` (Meson manual, "IDE integration"): for each target the meson.build
that defines it, the files that it makes, and where each is installed. The line is not known. The trap: the name of a
target made by `py.extension_module` has the tag of the Python in it, which no meson.build has.
"""

from __future__ import annotations

import os
import re

from glibcheck.builds.records.made import Made, declared_name, read_json, rows_of, texts_of

_TAG = re.compile(r"\.(?:cpython-[\w-]+|abi3)$")


def read(source: str, build: str) -> tuple[Made, ...]:
    """Read what the record in a build folder says of the targets of a project in `source`."""
    rows = []
    for target in rows_of(read_json(os.path.join(build, "meson-info", "intro-targets.json"))):
        defined, name = texts_of(target.get("defined_in")), texts_of(target.get("name"))
        if defined and name:
            declared = declared_name(source, os.path.dirname(defined[0]), _TAG.sub("", name[0]))
            files = tuple(os.path.join(build, path) for path in texts_of(target.get("filename")))
            if declared is not None:
                rows.append(Made(declared, files, texts_of(target.get("install_filename"))))
    return tuple(rows)
