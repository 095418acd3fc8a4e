/** Commands of the area sealing (spec: conformance/CLI, sealing). None is offered yet. */
export const commands = {};
