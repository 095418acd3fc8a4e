/** Commands of the area ledger (spec: conformance/CLI, ledger). None is offered yet. */
export const commands = {};
