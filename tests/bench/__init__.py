"""What glibcheck costs, beside programs that people know: `nox -s bench`, or `python -m tests.bench`.

`cases` names the rows and their goals, `corpus` finds what they read, `harness` runs and compares, `table` and
`result` show; `history` compares two runs, and `readme` writes the README's table. A new row is one function in
`cases` and one line in its tuple.
"""
