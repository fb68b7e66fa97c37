"""A survey of many wheels: what each file of each wheel needs, as one table that questions can be put to.

`rows` says what the table holds; `wheels` finds the wheels and has the unit of work, a function of the path of one
wheel; `engines` run it over all of them, here or on other machines; `tables` write what comes, as it comes;
`questions` are answered by DuckDB. Neither the memory of this process nor the order of the table depends on how many
wheels there are, or who does the work.
"""
