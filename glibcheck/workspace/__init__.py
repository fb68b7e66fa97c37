"""The hands that open files; nothing below this floor does, so all of it can be tested with bytes and texts.

`inputs`, `archives` and `reading` read ELF files, `system` the loader's settings, `targets` auditwheel's data;
`projectfiles` reads a project's build files, `scratch` copies it, `applying` writes to it and takes that back.
"""
