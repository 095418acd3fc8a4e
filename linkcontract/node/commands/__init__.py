"""One module per command; each has a `SPEC` that `linkcontract.node.cli` lists."""
