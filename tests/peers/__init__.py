"""What else there is to make a wheel for an older system, tried on the same packages and the same old systems.

`ways` has each of them, as its users would do it; `python -m tests.peers` (or `nox -s peers`) tries all on other
people's packages, and prints a table in which a cell says that it works, or what went wrong.
"""
