"""Readers of ELF: a buffer in, values of `model.image` out; nothing else in the package knows the format.

`image` is the hot path of every scan and decodes with `struct` alone. `objects` reads what is off that path
through pyelftools, which the tests also hold against every table that is decoded here.
"""
