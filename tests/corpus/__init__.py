"""Other people's packages, built for an older system and run there: a table of what holds and what does not.

`python -m tests.corpus` (or `nox -s corpus`) downloads each source distribution, has glibcheck build it on new systems
for manylinux_2_17, asks auditwheel and `glibcheck check` about the wheel, and runs a smoke test on old systems.
"""
