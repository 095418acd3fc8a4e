"""Where the worked examples of the pages are registered.

How to add one:

1. In a module of this folder write a function without arguments that returns Markdown, and put
   `@worked("name")` above it. Every module here is found by itself.
2. Put the two comments into the page, each on a line of its own with nothing between them:

       <!-- example: name begin -->
       <!-- example: name end -->

3. Run `python spec/pages.py`. A test compares the pages with what the functions return.

What a function has to work with:

- `examples.story`: one story for all pages, with real keys, signatures and times. `STORY` has the
  statements by label, `ALICE` and `SHOP` the parties, `NAMES` what each id is called.
- `examples.notation`: `shown(data)` gives bytes in diagnostic notation and in hexadecimal, with the
  names of the story as comments; `hexadecimal`, `diagnostic` and `code` are the parts of it.
- what the story asserts of itself (that it verifies, in which state it ends) is in
  `tests/house/test_house_examples.py`; an example that claims more asserts it where it is made.
"""

import importlib
from collections.abc import Callable
from pathlib import Path
from typing import Final, TypeAlias

Maker: TypeAlias = Callable[[], str]

_MAKERS: Final[dict[str, Maker]] = {}


def worked(name: str) -> Callable[[Maker], Maker]:
    """Register a worked example under a name."""

    def register(maker: Maker) -> Maker:
        if name in _MAKERS:
            raise ValueError(f"there are two examples named {name}")
        _MAKERS[name] = maker
        return maker

    return register


def _load() -> None:
    for path in sorted(Path(__file__).parent.glob("[a-z]*.py")):
        importlib.import_module(f"examples.{path.stem}")


def names() -> frozenset[str]:
    """Every example there is."""
    _load()
    return frozenset(_MAKERS)


def example(name: str) -> str:
    """The Markdown of an example, ending in a line feed.

    Raises:
        KeyError: no module has an example of this name.
    """
    _load()
    return _MAKERS[name]().rstrip("\n") + "\n"
