"""A few lines for lief, which has no command: print what files need, as `version SONAME NAME`, `symbol NAME VERSION`.

It is run by an environment that has lief, as a script.
"""

import sys

import lief

for path in sys.argv[1:]:
    binary = lief.parse(path)
    for need in binary.symbols_version_requirement:
        for auxiliary in need.get_auxiliary_symbols():
            print("version", need.name, auxiliary.name)
    for symbol in binary.dynamic_symbols:
        version = symbol.symbol_version
        if symbol.shndx == 0 and version and version.has_auxiliary_version:
            print("symbol", symbol.name, version.symbol_version_auxiliary.name)
