/** Commands of the area data (spec: conformance/CLI, data). None is offered yet. */
export const commands = {};
