"""What is known of the libraries themselves: which release has which version node, which symbol moved where."""
