"""Debug information: from an address of the code to the line of source, and to the calls that a compiler noted.

DWARF 2 to 5, "DWARF Debugging Information Format". Only what a trace asks for is decoded: line tables, the first entry
of each unit, and call sites. `lookup` is for linked files, `objectlines` for objects and members of archives,
`callsites` for calls by name, and `debugfile` says where the debug information is when it is not in the file itself.
"""
