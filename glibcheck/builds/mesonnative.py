"""Build with Meson: setup, compile and install, in a folder of the copy.

`import('python').find_installation()` takes the Python that runs Meson, unless a native file names another one, as
meson-python does, too. The build type is that of meson-python, release, because Meson's own would not optimise.
"""

from __future__ import annotations

import os
import sys

from glibcheck.builds.build import BUILD_FOLDER
from glibcheck.builds.commands import Shell, names_any, tool

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence


def build(shell: Shell, product: str, configure: Sequence[str]) -> str:
    """Build the copy in `shell`, install it below `product`, and give the build folder.

    Raises: ToolError.
    """
    meson, ninja = tool("meson"), tool("ninja")
    folder = os.path.join(shell.copy, BUILD_FOLDER)
    native = f"{folder}.ini"
    with open(native, "w", encoding="utf-8") as stream:
        stream.write(f"[binaries]\npython = '{sys.executable}'\npython3 = '{sys.executable}'\n")
    shell = shell._replace(variables={**shell.variables, "NINJA": ninja})
    kind = () if names_any(configure, "--buildtype", "-Dbuildtype") else ("--buildtype=release",)
    prefix = () if names_any(configure, "--prefix", "-Dprefix") else ("--prefix=/usr",)
    shell.run(meson, "setup", folder, ".", f"--native-file={native}", *kind, *prefix, *configure)
    shell.run(meson, "compile", "-C", folder, "-j", "2")
    shell.run(meson, "install", "-C", folder, "--no-rebuild", "--destdir", product)
    return folder
