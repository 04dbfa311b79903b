"""Ends the agent's process as soon as its code does what no agent does, should the static gate have let it through.

Two guards, neither of which Python code can take off again: a hook that the interpreter asks before it opens, imports,
compiles, executes or connects, and a filter of system calls that leaves little but computing and the open pipe.
"""

import builtins
import dataclasses
import logging
import os
import sys
import warnings
from collections.abc import Callable, Mapping
from types import CodeType, FunctionType, ModuleType
from typing import Any

from . import seccomp
from .exec_free_dataclasses import dataclass
from .preload import IMPORTABLE, keep_to_loaded_codecs

_LOOP_HOOKS = frozenset(
    f"sys.set_asyncgen_{hook}_{end}" for hook in ("hook", "hooks") for end in ("firstiter", "finalizer")
)
"""Set when an event loop runs. (Documentation and interpreters differ in the name.)"""

HARMLESS = _LOOP_HOOKS | {"builtins.id", "sys._getframe", "object.__getattr__", "sys.unraisablehook"}
"""Events of clean code: copying, enumerations, generic types, the loop of the replay, an exception nobody can catch."""

_DESCRIPTIONS = frozenset({"__doc__", "__name__", "__qualname__", "__module__", "__abstractmethods__"})
"""What may be set about a class; `__code__`, `__bases__` and the like may not."""

BREACHES = {
    80: "the agent's code used something that no agent may use",
    81: "the agent's code opened or looked for a file",
    82: "the agent's code imported a module that is not for agents",
    83: "the agent's code compiled or executed code",
    84: "the agent's code used the network",
    85: "the agent's code started or signalled a process",
    86: "the agent's code called native code",
    87: "the agent's code changed the interpreter",
}
"""Exit status → what is said of it."""

_KINDS = {
    81: "open io shutil glob tempfile pathlib mmap fcntl os sqlite3",
    82: "import",
    83: "compile exec code function marshal pickle object cpython",
    84: "socket ssl urllib http ftplib smtplib imaplib poplib nntplib telnetlib webbrowser",
    85: "subprocess signal pty syslog resource",
    86: "ctypes",
    87: "gc sys builtins",
}
_STATUS_OF = {area: status for status, areas in _KINDS.items() for area in areas.split()}
_PROCESS_EVENTS = frozenset(
    f"os.{name}"
    for name in "exec fork forkpty kill killpg posix_spawn spawn system startfile".split()  # noqa: SIM905
)

BUILTINS = frozenset(
    """
    False None True
    abs all any ascii bin bool bytearray bytes chr classmethod complex dict divmod enumerate filter float frozenset hex
    int isinstance issubclass iter len list map max min next oct ord pow property range repr reversed round set slice
    sorted staticmethod str sum tuple zip
    ArithmeticError AssertionError AttributeError Exception IndexError KeyError LookupError NotImplementedError
    OverflowError RuntimeError StopIteration TypeError UnicodeDecodeError UnicodeEncodeError UnicodeError ValueError
    ZeroDivisionError __build_class__
    """.split()  # noqa: SIM905
)
"""What the agent's modules have; the libraries keep all of theirs."""


def guarded(sources: Mapping[str, CodeType]) -> ModuleType:
    """Runs the module `agent` of `sources`, and what it imports of them, under the guards; from here on they hold."""
    prepared = _prepare(sources)
    dataclasses.dataclass = dataclass  # pyright: ignore[reportAttributeAccessIssue]
    keep_to_loaded_codecs()
    _keep_quiet()
    seccomp.confine(seccomp.computing_filter())
    sys.addaudithook(_hook())
    module, run = prepared["agent"]
    run()
    return module


def status_of(event: str) -> int:
    """The exit status by which the process ends at an event that is not harmless."""
    return 85 if event in _PROCESS_EVENTS else _STATUS_OF.get(event.partition(".")[0], 80)


def _hook() -> Callable[[str, tuple[Any, ...]], None]:
    """All it looks at is its own: nothing that code could find in a module and replace."""
    harmless, descriptions, leave = HARMLESS, _DESCRIPTIONS, os._exit
    processes, status = _PROCESS_EVENTS, _STATUS_OF.copy()

    def refuse(event: str, arguments: tuple[Any, ...]) -> None:
        if event in harmless or (event == "object.__setattr__" and arguments[1] in descriptions):
            return
        leave(85 if event in processes else status.get(event.partition(".")[0], 80))

    return refuse


def _prepare(sources: Mapping[str, CodeType]) -> dict[str, tuple[ModuleType, Callable[[], None]]]:
    """Each module with a function that runs it: once the guards hold, a code object cannot be executed."""
    prepared: dict[str, tuple[ModuleType, Callable[[], None]]] = {}
    own = {name: getattr(builtins, name) for name in BUILTINS} | {"__import__": _importer(prepared)}
    for name, code in sources.items():
        module = ModuleType(name)
        vars(module).update(__file__=code.co_filename, __builtins__=own)
        sys.modules[name] = module
        prepared[name] = (module, FunctionType(code, vars(module)))
    return prepared


def _importer(prepared: dict[str, tuple[ModuleType, Callable[[], None]]]) -> Callable[..., ModuleType | None]:
    importable, loaded, leave = IMPORTABLE, sys.modules, os._exit
    begun: set[str] = set()

    def __import__(
        name: str,
        globals: Any = None,  # noqa: ARG001
        locals: Any = None,  # noqa: ARG001
        fromlist: Any = (),
        level: int = 0,
    ) -> ModuleType | None:
        if type(fromlist) is list and name in loaded:
            return None  # The interpreter, for a function like `strftime`; it takes the module from `sys.modules`.
        if type(name) is not str or level or (name not in importable and name not in prepared):
            leave(82)
        if name in prepared:
            module, run = prepared[name]
            if name not in begun:
                begun.add(name)
                run()
            return module
        return loaded[name if fromlist else name.partition(".")[0]]

    return __import__


def _keep_quiet() -> None:
    """Warnings, logs and reports of lost exceptions go nowhere here, but would open source files to quote them."""
    warnings.simplefilter("ignore")
    logging.disable(logging.CRITICAL)
    sys.unraisablehook = lambda _: None
