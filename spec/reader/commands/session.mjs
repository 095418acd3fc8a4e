/** Commands of the area session (spec: conformance/CLI, session). None is offered yet. */
export const commands = {};
