"""Pickles without Python's unpickler: a stack machine that builds plain containers and descriptions of tensors only.

Nothing is imported and nothing is called. The name of a class or function becomes a `GlobalName`. What calling it would
have returned becomes an `UnknownObject`, which only keeps attributes; the few names that torch itself writes for
tensors are handled by `torch_objects`. A name from Python's standard library that no checkpoint needs is an attack, and
the file is refused. Source of the instructions: pickletools.py of CPython.
"""

from __future__ import annotations

import struct
import sys
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from inpaint_studio.engine.weights.readers.byte_source import DAMAGED, TOO_MANY, Cursor, UnusableFile, quote
from inpaint_studio.texts import tr

_MAX_STEPS = 600_000  # LaMa's generator, of 989 tensors, takes 31 000 instructions
_CALL_COST = 5  # steps that a call counts
_MAX_DIGITS = 64  # bytes of an integer that is kept
_MAX_NAME = 1000
_MAX_ARGUMENTS = 16  # of a call that are looked at
_MAX_TEXT = 16 << 20  # bytes of one string, and of all of them together four times that
# Of Python's standard library: what configurations and optimisers put into checkpoints.
_HARMLESS = {
    *("collections", "copyreg", "copy_reg", "_codecs", "datetime", "pathlib", "argparse", "enum", "functools"),
    *("types", "typing", "decimal", "fractions", "uuid", "numbers", "random", "array", "dataclasses", "abc"),
}
_HARMLESS_BUILTINS = {
    *("set", "frozenset", "slice", "range", "complex", "bytearray", "bytes", "str", "unicode", "int", "long", "float"),
    *(
        "bool",
        "list",
        "dict",
        "tuple",
        "object",
        "type",
        "getattr",
        "print",
        "len",
        "NoneType",
        "Ellipsis",
        "xrange",
    ),
}
_PYTHON2 = {"__builtin__", "commands", "posix", "nt", "popen2", "exceptions", "os2", "ce"}
_LIBRARY = sys.stdlib_module_names | _PYTHON2


@dataclass(frozen=True, slots=True)
class GlobalName:
    """The name of a class or function that a pickle refers to."""

    module: str
    name: str

    def __str__(self) -> str:
        return f"{self.module}.{self.name}"


@dataclass(eq=False, slots=True)
class UnknownObject:
    """Stands for what an unknown class or function would have returned: its name and the attributes that were set."""

    maker: Any
    state: dict[Any, Any] = field(default_factory=dict)


Rebuild = Callable[[GlobalName, list[Any]], Any]  # returns what a call would; NotImplemented for an unknown name
LoadPersistent = Callable[[Any], Any]

_MARK = object()
_SMALL = range(1 << 32)


def unpickle(cursor: Cursor, rebuild: Rebuild, load_persistent: LoadPersistent) -> Any:
    """Read one pickle and give its object; the cursor is behind it afterwards.

    `rebuild` replaces calls; `load_persistent` replaces the loading of objects outside the pickle. Raises UnusableFile.
    """
    return _Machine(cursor, rebuild, load_persistent).run()


def _check_name(module: str, name: str) -> GlobalName:
    if len(module) + len(name) > _MAX_NAME:
        raise UnusableFile(DAMAGED)
    top = module.partition(".")[0]
    if top in ("builtins", "__builtin__"):
        is_attack = name not in _HARMLESS_BUILTINS
    else:
        is_attack = top in _LIBRARY and top not in _HARMLESS
    if is_attack:
        raise UnusableFile(
            tr(
                "asks to run {quote}, which no weights file needs and which was not done; do not use this file",
                quote=quote(f"{module}.{name}"),
            )
        )
    return GlobalName(module, name)


class _Machine:
    def __init__(self, cursor: Cursor, rebuild: Rebuild, load_persistent: LoadPersistent) -> None:
        self.cursor = cursor
        self.rebuild = rebuild
        self.load_persistent = load_persistent
        self.stack: list[Any] = []
        self.memo: dict[int, Any] = {}
        self.text = 0  # bytes of strings so far
        self.steps_left = _MAX_STEPS

    def run(self) -> Any:
        while True:
            self.spend(1)
            code = self.cursor.read(1)
            if code == b".":
                return self.pop()
            step = _STEPS.get(code)
            if step is None:
                raise UnusableFile(DAMAGED)
            step(self)

    def spend(self, count: int) -> None:
        """Count work, so that a few instructions cannot copy one long list again and again."""
        self.steps_left -= count
        if self.steps_left < 0:
            raise UnusableFile(TOO_MANY)

    def pop(self) -> Any:
        if not self.stack or self.stack[-1] is _MARK:
            raise UnusableFile(DAMAGED)
        return self.stack.pop()

    def top(self) -> Any:
        if not self.stack:
            raise UnusableFile(DAMAGED)
        return self.stack[-1]

    def pop_marked(self) -> list[Any]:
        """Remove the last mark and everything above it from the stack; gives what was above."""
        for index in range(len(self.stack) - 1, -1, -1):
            if self.stack[index] is _MARK:
                above = self.stack[index + 1 :]
                del self.stack[index:]
                return above
        raise UnusableFile(DAMAGED)

    def read_counted(self, form: struct.Struct) -> bytes:
        """Read bytes whose length precedes them."""
        (length,) = self.cursor.unpack(form)
        self.text += length
        if not 0 <= length <= _MAX_TEXT or self.text > 4 * _MAX_TEXT:
            raise UnusableFile(DAMAGED)
        return self.cursor.read(length)

    # Names, calls and attributes: where Python's unpickler would run something.

    def push_name(self, module: Any, name: Any) -> None:
        if not isinstance(module, str) or not isinstance(name, str):
            raise UnusableFile(DAMAGED)
        self.stack.append(_check_name(module, name))

    def call(self, maker: Any, arguments: Any) -> None:
        values = list(arguments[:_MAX_ARGUMENTS]) if isinstance(arguments, (tuple, list)) else []
        self.spend(_CALL_COST + sum(len(value) for value in values if isinstance(value, (tuple, list))))
        made = self.rebuild(maker, values) if isinstance(maker, GlobalName) else NotImplemented
        self.stack.append(UnknownObject(maker) if made is NotImplemented else made)

    def reduce(self) -> None:
        arguments = self.pop()
        self.call(self.pop(), arguments)

    def new_with_keywords(self) -> None:
        self.pop()
        self.reduce()

    def call_instance(self) -> None:
        module, name = self.cursor.read_line().decode(), self.cursor.read_line().decode()
        arguments = self.pop_marked()
        self.call(_check_name(module, name), arguments)

    def call_object(self) -> None:
        maker, *arguments = self.pop_marked() or [None]
        self.call(maker, arguments)

    def build(self) -> None:
        state = self.pop()
        made = self.top()
        if isinstance(made, UnknownObject):
            # An object with slots has its attributes in the second of two dictionaries.
            for part in state[:2] if isinstance(state, tuple) else (state,):
                if isinstance(part, dict):
                    self.spend(len(part))
                    made.state.update(part)

    def push_persistent(self) -> None:
        self.stack.append(self.load_persistent(self.pop()))

    # Containers

    def set_items(self, target: Any, pairs: list[Any]) -> None:
        if isinstance(target, UnknownObject):
            target = target.state
        if not isinstance(target, dict) or len(pairs) % 2:
            raise UnusableFile(DAMAGED)
        for key, value in zip(pairs[::2], pairs[1::2], strict=True):
            # Only a plain key names a tensor. Others become text: hashing nested tuples could exhaust the stack, and
            # large integers can be chosen to have one hash.
            if key is None or isinstance(key, (str, int, float)):
                plain = isinstance(key, str) or (isinstance(key, int) and key in _SMALL)
                target[key if plain else str(key)] = value

    def set_one(self) -> None:
        value, key = self.pop(), self.pop()
        self.set_items(self.top(), [key, value])

    def set_marked(self) -> None:
        pairs = self.pop_marked()
        self.set_items(self.top(), pairs)

    def extend_one(self) -> None:
        value = self.pop()
        self.extend(self.top(), [value])

    def extend_marked(self) -> None:
        values = self.pop_marked()
        self.extend(self.top(), values)

    def extend(self, target: Any, values: list[Any]) -> None:
        if isinstance(target, list):
            target.extend(values)
        elif not isinstance(target, UnknownObject):
            raise UnusableFile(DAMAGED)

    def make_tuple(self, count: int) -> None:
        values = tuple(self.stack[-count:])
        if len(values) != count or any(value is _MARK for value in values):
            raise UnusableFile(DAMAGED)
        self.stack[-count:] = [values]

    def make_dict(self) -> None:
        made: dict[Any, Any] = {}
        self.set_items(made, self.pop_marked())
        self.stack.append(made)

    def recall(self, key: int) -> None:
        self.stack.append(self.memo[key])

    def remember(self, key: int) -> None:
        if key not in _SMALL:
            raise UnusableFile(DAMAGED)
        self.memo[key] = self.top()


def _integer(text: bytes) -> int | bool | None:
    text = text.strip().removesuffix(b"L")
    if text in (b"00", b"01"):
        return text == b"01"
    return int(text) if len(text) <= _MAX_DIGITS else None


def _long(body: bytes) -> int | None:
    return int.from_bytes(body, "little", signed=True) if len(body) <= _MAX_DIGITS else None


def _refuse(_: _Machine) -> None:
    raise UnusableFile(tr("is a pickle of an unusual kind; save its weights again with torch.save"))


_U1, _U2, _U4, _U8 = (struct.Struct(form) for form in ("<B", "<H", "<I", "<Q"))
_I4, _F8 = struct.Struct("<i"), struct.Struct(">d")


def _push(value: Callable[[_Machine], Any]) -> Callable[[_Machine], None]:
    return lambda m: m.stack.append(value(m))


def _text(form: struct.Struct, code: str = "utf-8") -> Callable[[_Machine], None]:
    return _push(lambda m: m.read_counted(form).decode(code, "surrogatepass" if code == "utf-8" else "strict"))


def _name_from_stack(m: _Machine) -> None:
    name = m.pop()
    m.push_name(m.pop(), name)


_STEPS: dict[bytes, Callable[[_Machine], Any]] = {
    b"\x80": lambda m: m.cursor.read(1),
    b"\x95": lambda m: m.cursor.read(8),  # the length of a frame
    b"(": _push(lambda _: _MARK),
    b"0": lambda m: m.stack.pop() if m.stack else _refuse(m),
    b"1": lambda m: m.pop_marked(),
    b"2": _push(lambda m: m.top()),
    # Plain values
    b"N": _push(lambda _: None),
    b"\x88": _push(lambda _: True),
    b"\x89": _push(lambda _: False),
    b"I": _push(lambda m: _integer(m.cursor.read_line())),
    b"L": _push(lambda m: _integer(m.cursor.read_line())),
    b"F": _push(lambda m: float(m.cursor.read_line())),
    b"J": _push(lambda m: m.cursor.unpack(_I4)[0]),
    b"K": _push(lambda m: m.cursor.unpack(_U1)[0]),
    b"M": _push(lambda m: m.cursor.unpack(_U2)[0]),
    b"G": _push(lambda m: m.cursor.unpack(_F8)[0]),
    b"\x8a": _push(lambda m: _long(m.read_counted(_U1))),
    b"\x8b": _push(lambda m: _long(m.read_counted(_U4))),
    b"S": _push(lambda m: m.cursor.read_line().strip()[1:-1].decode("latin-1")),
    b"V": _push(lambda m: m.cursor.read_line().decode("raw-unicode-escape")),
    b"T": _text(_U4, "latin-1"),
    b"U": _text(_U1, "latin-1"),
    b"X": _text(_U4),
    b"\x8c": _text(_U1),
    b"\x8d": _text(_U8),
    b"B": _push(lambda m: m.read_counted(_U4)),
    b"C": _push(lambda m: m.read_counted(_U1)),
    b"\x8e": _push(lambda m: m.read_counted(_U8)),
    b"\x96": _push(lambda m: m.read_counted(_U8)),
    # Containers; a set is read as a list
    b"]": _push(lambda _: []),
    b"\x8f": _push(lambda _: []),
    b"}": _push(lambda _: {}),
    b")": _push(lambda _: ()),
    b"l": _push(lambda m: m.pop_marked()),
    b"\x91": _push(lambda m: m.pop_marked()),
    b"t": _push(lambda m: tuple(m.pop_marked())),
    b"\x85": lambda m: m.make_tuple(1),
    b"\x86": lambda m: m.make_tuple(2),
    b"\x87": lambda m: m.make_tuple(3),
    b"d": lambda m: m.make_dict(),
    b"a": lambda m: m.extend_one(),
    b"e": lambda m: m.extend_marked(),
    b"\x90": lambda m: m.extend_marked(),
    b"s": lambda m: m.set_one(),
    b"u": lambda m: m.set_marked(),
    # The memo
    b"g": lambda m: m.recall(int(m.cursor.read_line())),
    b"h": lambda m: m.recall(m.cursor.unpack(_U1)[0]),
    b"j": lambda m: m.recall(m.cursor.unpack(_U4)[0]),
    b"p": lambda m: m.remember(int(m.cursor.read_line())),
    b"q": lambda m: m.remember(m.cursor.unpack(_U1)[0]),
    b"r": lambda m: m.remember(m.cursor.unpack(_U4)[0]),
    b"\x94": lambda m: m.remember(len(m.memo)),
    # Names and calls
    b"c": lambda m: m.push_name(m.cursor.read_line().decode(), m.cursor.read_line().decode()),
    b"\x93": _name_from_stack,
    b"R": lambda m: m.reduce(),
    b"\x81": lambda m: m.reduce(),
    b"\x92": lambda m: m.new_with_keywords(),
    b"i": lambda m: m.call_instance(),
    b"o": lambda m: m.call_object(),
    b"b": lambda m: m.build(),
    b"Q": lambda m: m.push_persistent(),
    # Refused: registered extensions, buffers outside the file, persistent names as text
    **dict.fromkeys((b"\x82", b"\x83", b"\x84", b"\x97", b"\x98", b"P"), _refuse),
}
