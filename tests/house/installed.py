"""Check an installed distribution: run with the interpreter of an environment that has only it.

    python -I tests/house/installed.py

Imports every module of both packages, resolves every public name and entry point, and looks for
the files that a wheel easily loses.
"""

import importlib
import importlib.metadata
import pkgutil
import sys
from pathlib import Path

PACKAGES = ("linkcontract", "linkcontract_transports")

# The check suites for other people's stores and transports may use test tools, which an
# installation does not bring.
TEST_TOOLS = {"hypothesis", "pytest"}


def import_everything(package: str) -> int:
    root = importlib.import_module(package)
    home = Path(str(root.__file__)).resolve()
    assert Path(sys.prefix).resolve() in home.parents, f"{package} is imported from {home}"
    assert (home.parent / "py.typed").exists(), f"{package} has lost py.typed"
    count = 1
    for module in pkgutil.walk_packages(root.__path__, f"{package}."):
        if module.name.endswith(".__main__"):
            continue
        try:
            importlib.import_module(module.name)
        except ModuleNotFoundError as error:
            if not (module.name.startswith("linkcontract.testing") and error.name in TEST_TOOLS):
                raise
        count += 1
    return count


def main() -> None:
    counts = {package: import_everything(package) for package in PACKAGES}
    linkcontract = importlib.import_module("linkcontract")
    for name in linkcontract.__all__:
        getattr(linkcontract, name)
    distribution = importlib.metadata.distribution("linkcontract")
    assert distribution.version == linkcontract.__version__
    files = {path.name for path in distribution.files or ()}
    assert "LICENSE" in files, "the wheel has lost its licence"
    assert not {path.parts[0] for path in distribution.files or ()} & {
        "tests",
        "spec",
        "benchmarks",
    }
    print(f"installed {distribution.name} {distribution.version}: {counts} modules imported")


if __name__ == "__main__":
    main()
