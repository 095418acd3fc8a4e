"""The reference node: one service and its command line around the library.

Read in this order: `cli` (the table of commands), `config`, `keystore`, `admin`, `commands/`.
"""
