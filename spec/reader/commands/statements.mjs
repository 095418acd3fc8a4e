/** Commands of the area statements (spec: conformance/CLI, statements). None is offered yet. */
export const commands = {};
