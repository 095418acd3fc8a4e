/** Commands of the area permissions (spec: conformance/CLI, permissions). None is offered yet. */
export const commands = {};
