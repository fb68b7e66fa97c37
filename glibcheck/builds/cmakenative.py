"""Build with CMake: configure, build and install, in a folder of the copy, and ask for the record of the targets.

The build type is that of scikit-build-core, Release, because CMake's own would not optimise. FindPython is pointed at
the running Python by the hints of its three generations.
"""

from __future__ import annotations

import os
import sys

from glibcheck.builds.build import BUILD_FOLDER
from glibcheck.builds.commands import Shell, names_any, tool
from glibcheck.builds.records.cmake import ask

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

_PYTHONS = ("Python", "Python3", "PYTHON")


def build(shell: Shell, product: str, configure: Sequence[str]) -> str:
    """Build the copy in `shell`, install it below `product`, and give the build folder.

    Raises: ToolError.
    """
    cmake = tool("cmake")
    if not names_any(configure, "-G") and "CMAKE_GENERATOR" not in os.environ:
        tool("make")  # what CMake's own choice runs
    folder = os.path.join(shell.copy, BUILD_FOLDER)
    ask(folder)
    defaults = {
        "CMAKE_INSTALL_PREFIX": "/usr",
        "CMAKE_BUILD_TYPE": "Release",
        **{f"{name}_EXECUTABLE": sys.executable for name in _PYTHONS},
    }
    given = [f"-D{name}={value}" for name, value in defaults.items()]
    shell.run(cmake, "-S", ".", "-B", folder, *given, *configure)  # the last -D of a name counts
    shell.run(cmake, "--build", folder, "--parallel", "2")
    shell = shell._replace(variables={**shell.variables, "DESTDIR": product})
    shell.run(cmake, "--install", folder)
    return folder
