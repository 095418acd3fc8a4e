/** Commands of the area encoding (spec: conformance/CLI, encoding). None is offered yet. */
export const commands = {};
