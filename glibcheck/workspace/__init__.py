"""The hands that open files: `reading` for ELF files, `system` for the loader's settings, `scratch` for projects.

Nothing below this floor opens a file, so everything below can be tested with bytes and texts. `reading` is on
the fast way of a scan and is all that is imported here.
"""

from glibcheck.workspace.reading import read_file_linkage, read_image, scan_files

__all__ = ["read_file_linkage", "read_image", "scan_files"]
