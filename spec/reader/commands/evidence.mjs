/** Commands of the area evidence (spec: conformance/CLI, evidence). None is offered yet. */
export const commands = {};
