"""What pip needs of this machine to work inside a root: its configuration, certificates, environment, name servers.

A machine may reach its packages in a way of its own: a mirror, a proxy, a folder of wheels. pip knows it, so pip is
asked, and nothing of it is known here. The files are bound into the root while a program runs there, not copied, so
that no address or password comes to lie in the cache.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
from functools import cache

_VARIABLES = re.compile(r"PIP_\w+|\w*(CERT_FILE|CERT_DIR|CA_BUNDLE)|(https?|all|no)_proxy", re.IGNORECASE)
_NAMES = ("/etc/resolv.conf", "/etc/hosts")


@cache
def environment() -> dict[str, str]:
    """Give the variables of this machine that tell pip and its like where packages come from."""
    return {name: value for name, value in os.environ.items() if _VARIABLES.fullmatch(name)}


@cache
def binds() -> dict[str, str]:
    """Give the files and folders that pip's configuration consists of and names: each at its own place."""
    paths = {*_configurations(), *_named(), *_NAMES}
    return {path: path for path in sorted(paths) if os.path.exists(path)}


def _configurations() -> list[str]:
    text = _pip("config", "debug")
    found = re.findall(r"^\s*(/.+), exists: True$", text, re.MULTILINE)
    # A folder, not the file alone: what stands beside it is often named by it.
    return [os.path.dirname(path) if os.path.basename(os.path.dirname(path)) == "pip" else path for path in found]


def _named() -> list[str]:
    """Give what values name, of the configuration and of the environment: paths and file: addresses."""
    text = "\n".join([_pip("config", "list"), *environment().values()])
    words = re.split(r"[\s'\"=]+", text)
    paths = [word.rstrip("/") for word in words if word.startswith("/")]
    # The pages of an index name files that lie beside the index.
    indexes = [os.path.dirname(word.removeprefix("file://").rstrip("/")) for word in words if word.startswith("file:")]
    return [path for path in (*paths, *indexes) if path.strip("/")]


def _pip(*words: str) -> str:
    command = [sys.executable, "-m", "pip", *words]
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout
