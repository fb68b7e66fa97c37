"""`python -m glibcheck` is the same program as the console script."""

import sys

from glibcheck.cli import main

if __name__ == "__main__":
    sys.exit(main())
