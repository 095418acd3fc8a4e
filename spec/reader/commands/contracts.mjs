/** Commands of the area contracts (spec: conformance/CLI, contracts). None is offered yet. */
export const commands = {};
