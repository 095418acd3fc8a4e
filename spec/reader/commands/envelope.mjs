/** Commands of the area envelope (spec: conformance/CLI, envelope). None is offered yet. */
export const commands = {};
