/** Commands of the area parties (spec: conformance/CLI, parties). None is offered yet. */
export const commands = {};
