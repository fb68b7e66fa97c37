"""Exit codes, the same for all commands, as scripts and gates rely on them."""

OK = 0  # clean: nothing found, or everything fixed
FINDINGS = 1  # something is too new, missing, or could not be fixed
NO_ANSWER = 2  # the question could not be answered: usage, input, or a tool
