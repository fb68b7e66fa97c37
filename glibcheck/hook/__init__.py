"""The same inside of builds: of setuptools by its own entry points, of every PEP 517 backend by `glibcheck.backend`.

`verdicts` judges what a build has made, `words` has the words for it and `telling` says them; `setuptools` is what the
entry points name, `distribution` what it puts around a project's commands; `pep517` is behind `glibcheck.backend`, and
`wrapped` finds the other backend. Which links are made again, and who asks for what, is up to `linkwatch`.
"""
