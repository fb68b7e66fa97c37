"""Each link of a build is looked at when it is made, and made again against the target where it asks for too much.

A build is told of by COMPILER_PATH and PATH alone: there stand scripts in the names of the linkers, which run the real
one first, with the very same words. Only when what it made names a version above the target, this program is started:
in the mode `fix` it links again against a sysroot (see `glibcheck.sysroot`) and keeps the better of the two; and while
the objects are at hand, it writes down which of them ask for what is still too new. So

- a build that needs nothing comes out byte for byte as without;
- nothing is compiled twice, and no build folder can be stale: the build runs once;
- it does not matter which build system starts the linker.

`watch` prepares all that around a build; `afterlink` is what the scripts start; `journal` is what it leaves behind.
The verdict is not given here: the finished files are judged, whoever linked them (see `glibcheck.hook`).
"""
