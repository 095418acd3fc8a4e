"""Public test tools: check suites for the ports, a store that crashes, simulators.

Import the module you need; nothing here is imported by the rest of the package.
"""
