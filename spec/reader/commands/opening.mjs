/** Commands of the area opening (spec: conformance/CLI, opening). None is offered yet. */
export const commands = {};
