/** Commands of the area log (spec: conformance/CLI, log). None is offered yet. */
export const commands = {};
