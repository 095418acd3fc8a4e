"""Worked examples of the pages: see `registry`."""
