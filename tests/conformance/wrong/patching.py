"""How a wrong implementation is made of the right one: a check is edited out, a bound is moved.

An edit works on the source of one function and has to fit exactly one place in it, so that a wrong
implementation nobody can make any more is noticed. The code of the function is replaced in place:
whoever imported it is wrong from then on.
"""

import importlib
import inspect
import textwrap
import types
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, NamedTuple


class Edit(NamedTuple):
    """One place in the source of a function.

    Attributes:
        target: "module:name" below linkcontract, or "module:Class.name".
        old: a piece of its source that stands there once.
        new: what stands there instead.
    """

    target: str
    old: str
    new: str


class Put(NamedTuple):
    """Another value for a name of a module; `make` gets the value that is there."""

    target: str
    make: Callable[[Any], Any]


class Wrong(NamedTuple):
    """A deliberately wrong implementation.

    Attributes:
        name: of the mistake.
        area: whose vectors have to reject it.
        spec: "page, heading" of what it breaks.
        changes: what makes it wrong.
    """

    name: str
    area: str
    spec: str
    changes: tuple[Edit | Put, ...]


def owner_of(target: str) -> tuple[Any, str]:
    """The module or class a target is in, and its name there."""
    module, _, path = target.partition(":")
    owner: Any = importlib.import_module(f"linkcontract.{module}")
    *inside, name = path.split(".")
    for step in inside:
        owner = getattr(owner, step)
    return owner, name


def function_at(target: str) -> types.FunctionType:
    owner, name = owner_of(target)
    found = inspect.getattr_static(owner, name)
    found = getattr(found, "__func__", found)
    assert isinstance(found, types.FunctionType), f"{target} is no function"
    return found


def edited(function: types.FunctionType, old: str, new: str, source: str) -> types.CodeType:
    """The code of a function after an edit of its source."""
    assert source.count(old) == 1, f"{function.__qualname__}: {source.count(old)} times {old!r}"
    scope: dict[str, Any] = {}
    text = "from __future__ import annotations\n" + source.replace(old, new)
    exec(compile(text, f"<wrong {function.__qualname__}>", "exec"), function.__globals__, scope)
    code = scope[function.__name__].__code__
    assert not code.co_freevars, function.__qualname__
    assert not function.__code__.co_freevars, function.__qualname__
    return code


@contextmanager
def applied(changes: tuple[Edit | Put, ...]) -> Iterator[None]:
    """The implementation made wrong, for a while."""
    undo: list[Callable[[], None]] = []
    sources: dict[str, str] = {}
    try:
        for change in changes:
            if isinstance(change, Put):
                owner, name = owner_of(change.target)
                value = getattr(owner, name)
                undo.append(lambda owner=owner, name=name, value=value: setattr(owner, name, value))
                setattr(owner, name, change.make(value))
                continue
            function = function_at(change.target)
            code = function.__code__
            source = sources.get(change.target) or textwrap.dedent(inspect.getsource(function))
            source = source[source.index("def ") :]  # decorators have done their work
            function.__code__ = edited(function, change.old, change.new, source)
            sources[change.target] = source.replace(change.old, change.new)
            undo.append(lambda function=function, code=code: setattr(function, "__code__", code))
        yield
    finally:
        for back in reversed(undo):
            back()
