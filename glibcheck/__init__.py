"""glibcheck: which symbol versions a binary needs, who brought them, and how to need older ones."""
