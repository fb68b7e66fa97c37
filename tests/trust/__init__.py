"""What may happen to glibcheck and must do no harm: files that would act when loaded, faults while it writes.

`tracing` watches its system calls, `injection` lets them fail or kills it there, `writers` are the commands that write;
`python -m tests.trust` (or `nox -s faults`) goes through every point of all of them.
"""
