"""What a node does for the command line: one module per group of commands."""
