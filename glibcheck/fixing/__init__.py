"""How a fix goes about it: what the project is, what was changed so far, and the rounds of building and planning."""
