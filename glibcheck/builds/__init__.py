"""Builds of projects of every build system, in scratch copies, with what the build's own record tells of them."""
