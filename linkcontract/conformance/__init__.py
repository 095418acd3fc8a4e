"""The door: this implementation, asked as the conformance kit asks any implementation.

`answer` takes one request of `spec/conformance/CLI.md` and gives its answer; `python -m
linkcontract.conformance` does so line by line. Nothing is decided here: a command reads its input,
calls the function of the package that settles the matter, and writes down what it said.
"""

from linkcontract.conformance.door import answer as answer

__all__ = ["answer"]
