"""Pickles without Python's unpickler: a machine that builds plain containers and descriptions of tensors, no more.

Nothing is imported and nothing is called. A name of a class or function becomes a `Name`, and what such a name would
have made an inert `UnknownObject` that keeps its attributes; the few names that torch itself writes for tensors are
understood (see `rebuilding`). A name from Python's own library that no checkpoint needs is taken for an attack.
"""

from __future__ import annotations

import struct
import sys
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from inpaint_studio.engine.weights.readers.byte_source import DAMAGED, TOO_MANY, Cursor, UnusableFile, quote

_MOST_STEPS = 600_000  # LaMa's generator, of 989 tensors, takes 31 000 instructions
_CALL = 5  # what a call counts
_MOST_DIGITS = 64  # bytes of an integer that is kept
_LONGEST_NAME = 1000
_MOST_GIVEN = 16  # arguments of a call that are looked at
_MOST_TEXT = 16 << 20  # bytes of one string, and of all of them together four times that
# Of Python's own library: what configurations and optimisers put into checkpoints.
_HARMLESS = {
    *("collections", "copyreg", "copy_reg", "_codecs", "datetime", "pathlib", "argparse", "enum", "functools"),
    *("types", "typing", "decimal", "fractions", "uuid", "numbers", "random", "array", "dataclasses", "abc"),
}
_HARMLESS_BUILTINS = {
    *("set", "frozenset", "slice", "range", "complex", "bytearray", "bytes", "str", "unicode", "int", "long", "float"),
    *("bool", "list", "dict", "tuple", "object", "type", "getattr", "print", "len", "NoneType", "Ellipsis", "xrange"),
}
_PYTHON2 = {"__builtin__", "commands", "posix", "nt", "popen2", "exceptions", "os2", "ce"}
_LIBRARY = sys.stdlib_module_names | _PYTHON2


@dataclass(frozen=True, slots=True)
class Name:
    """A class or function that a pickle refers to."""

    module: str
    name: str

    def __str__(self) -> str:
        return f"{self.module}.{self.name}"


@dataclass(eq=False, slots=True)
class UnknownObject:
    """What an unknown class or function would have made: its name, and the attributes it was given."""

    maker: Any
    state: dict[Any, Any] = field(default_factory=dict)


Rebuild = Callable[[Name, list[Any]], Any]  # what calling a name gives; NotImplemented for an unknown one
Persistent = Callable[[Any], Any]

_MARK = object()
_SMALL = range(1 << 32)


def unpickle(cursor: Cursor, rebuild: Rebuild, persistent: Persistent) -> Any:
    """The object of one pickle; the cursor stands behind it afterwards. Raises UnusableFile."""
    return _Machine(cursor, rebuild, persistent).run()


def _check_name(module: str, name: str) -> Name:
    if len(module) + len(name) > _LONGEST_NAME:
        raise UnusableFile(DAMAGED)
    top = module.partition(".")[0]
    if top in ("builtins", "__builtin__"):
        wicked = name not in _HARMLESS_BUILTINS
    else:
        wicked = top in _LIBRARY and top not in _HARMLESS
    if wicked:
        raise UnusableFile(
            f"asks to run {quote(f'{module}.{name}')}, which no weights file needs and which was not done; "
            "do not use this file"
        )
    return Name(module, name)


class _Machine:
    def __init__(self, cursor: Cursor, rebuild: Rebuild, persistent: Persistent) -> None:
        self.cursor = cursor
        self.rebuild = rebuild
        self.persistent = persistent
        self.stack: list[Any] = []
        self.memo: dict[int, Any] = {}
        self.text = 0  # bytes of strings so far
        self.left = _MOST_STEPS

    def run(self) -> Any:
        while True:
            self.spend(1)
            code = self.cursor.take(1)
            if code == b".":
                return self.pop()
            step = _STEPS.get(code)
            if step is None:
                raise UnusableFile(DAMAGED)
            step(self)

    def spend(self, count: int) -> None:
        """Counts work, so that a few instructions cannot copy one long list over and over."""
        self.left -= count
        if self.left < 0:
            raise UnusableFile(TOO_MANY)

    def pop(self) -> Any:
        if not self.stack or self.stack[-1] is _MARK:
            raise UnusableFile(DAMAGED)
        return self.stack.pop()

    def top(self) -> Any:
        if not self.stack:
            raise UnusableFile(DAMAGED)
        return self.stack[-1]

    def marked(self) -> list[Any]:
        """What lies above the last mark, taken off with it."""
        for at in range(len(self.stack) - 1, -1, -1):
            if self.stack[at] is _MARK:
                above = self.stack[at + 1 :]
                del self.stack[at:]
                return above
        raise UnusableFile(DAMAGED)

    def counted(self, form: struct.Struct) -> bytes:
        """A run of bytes that its length precedes."""
        (length,) = self.cursor.unpack(form)
        self.text += length
        if not 0 <= length <= _MOST_TEXT or self.text > 4 * _MOST_TEXT:
            raise UnusableFile(DAMAGED)
        return self.cursor.take(length)

    # Names, calls and attributes: where other unpicklers would run something.

    def named(self, module: Any, name: Any) -> None:
        if not isinstance(module, str) or not isinstance(name, str):
            raise UnusableFile(DAMAGED)
        self.stack.append(_check_name(module, name))

    def call(self, maker: Any, arguments: Any) -> None:
        given = list(arguments[:_MOST_GIVEN]) if isinstance(arguments, (tuple, list)) else []
        self.spend(_CALL + sum(len(value) for value in given if isinstance(value, (tuple, list))))
        made = self.rebuild(maker, given) if isinstance(maker, Name) else NotImplemented
        self.stack.append(UnknownObject(maker) if made is NotImplemented else made)

    def reduce(self) -> None:
        arguments = self.pop()
        self.call(self.pop(), arguments)

    def new_with_keywords(self) -> None:
        self.pop()
        self.reduce()

    def instance(self) -> None:
        module, name = self.cursor.line().decode(), self.cursor.line().decode()
        arguments = self.marked()
        self.call(_check_name(module, name), arguments)

    def object(self) -> None:
        maker, *arguments = self.marked() or [None]
        self.call(maker, arguments)

    def build(self) -> None:
        state = self.pop()
        made = self.top()
        if isinstance(made, UnknownObject):
            # An object with slots gives its attributes as the second of two dictionaries.
            for part in state[:2] if isinstance(state, tuple) else (state,):
                if isinstance(part, dict):
                    self.spend(len(part))
                    made.state.update(part)

    def persist(self) -> None:
        self.stack.append(self.persistent(self.pop()))

    # Containers

    def put(self, target: Any, pairs: list[Any]) -> None:
        if isinstance(target, UnknownObject):
            target = target.state
        if not isinstance(target, dict) or len(pairs) % 2:
            raise UnusableFile(DAMAGED)
        for key, value in zip(pairs[::2], pairs[1::2], strict=True):
            # Only a plain key names a tensor: hashing nested tuples could run out of stack, and large integers can be
            # chosen to have one hash.
            if key is None or isinstance(key, (str, int, float)):
                plain = isinstance(key, str) or (isinstance(key, int) and key in _SMALL)
                target[key if plain else str(key)] = value

    def put_one(self) -> None:
        value, key = self.pop(), self.pop()
        self.put(self.top(), [key, value])

    def put_marked(self) -> None:
        pairs = self.marked()
        self.put(self.top(), pairs)

    def extend_one(self) -> None:
        value = self.pop()
        self.extend(self.top(), [value])

    def extend_marked(self) -> None:
        values = self.marked()
        self.extend(self.top(), values)

    def extend(self, target: Any, values: list[Any]) -> None:
        if isinstance(target, list):
            target.extend(values)
        elif not isinstance(target, UnknownObject):
            raise UnusableFile(DAMAGED)

    def tuple_of(self, count: int) -> None:
        values = tuple(self.stack[-count:])
        if len(values) != count or any(value is _MARK for value in values):
            raise UnusableFile(DAMAGED)
        self.stack[-count:] = [values]

    def mapping(self) -> None:
        made: dict[Any, Any] = {}
        self.put(made, self.marked())
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
    return int(text) if len(text) <= _MOST_DIGITS else None


def _long(body: bytes) -> int | None:
    return int.from_bytes(body, "little", signed=True) if len(body) <= _MOST_DIGITS else None


def _refuse(_: _Machine) -> None:
    raise UnusableFile("is a pickle of an unusual kind; save its weights anew with torch.save")


_U1, _U2, _U4, _U8 = (struct.Struct(form) for form in ("<B", "<H", "<I", "<Q"))
_I4, _F8 = struct.Struct("<i"), struct.Struct(">d")


def _push(value: Callable[[_Machine], Any]) -> Callable[[_Machine], None]:
    return lambda m: m.stack.append(value(m))


def _text(form: struct.Struct, code: str = "utf-8") -> Callable[[_Machine], None]:
    return _push(lambda m: m.counted(form).decode(code, "surrogatepass" if code == "utf-8" else "strict"))


def _name_from_stack(m: _Machine) -> None:
    name = m.pop()
    m.named(m.pop(), name)


_STEPS: dict[bytes, Callable[[_Machine], Any]] = {
    b"\x80": lambda m: m.cursor.take(1),
    b"\x95": lambda m: m.cursor.take(8),  # the length of a frame
    b"(": _push(lambda _: _MARK),
    b"0": lambda m: m.stack.pop() if m.stack else _refuse(m),
    b"1": lambda m: m.marked(),
    b"2": _push(lambda m: m.top()),
    # Plain values
    b"N": _push(lambda _: None),
    b"\x88": _push(lambda _: True),
    b"\x89": _push(lambda _: False),
    b"I": _push(lambda m: _integer(m.cursor.line())),
    b"L": _push(lambda m: _integer(m.cursor.line())),
    b"F": _push(lambda m: float(m.cursor.line())),
    b"J": _push(lambda m: m.cursor.unpack(_I4)[0]),
    b"K": _push(lambda m: m.cursor.unpack(_U1)[0]),
    b"M": _push(lambda m: m.cursor.unpack(_U2)[0]),
    b"G": _push(lambda m: m.cursor.unpack(_F8)[0]),
    b"\x8a": _push(lambda m: _long(m.counted(_U1))),
    b"\x8b": _push(lambda m: _long(m.counted(_U4))),
    b"S": _push(lambda m: m.cursor.line().strip()[1:-1].decode("latin-1")),
    b"V": _push(lambda m: m.cursor.line().decode("raw-unicode-escape")),
    b"T": _text(_U4, "latin-1"),
    b"U": _text(_U1, "latin-1"),
    b"X": _text(_U4),
    b"\x8c": _text(_U1),
    b"\x8d": _text(_U8),
    b"B": _push(lambda m: m.counted(_U4)),
    b"C": _push(lambda m: m.counted(_U1)),
    b"\x8e": _push(lambda m: m.counted(_U8)),
    b"\x96": _push(lambda m: m.counted(_U8)),
    # Containers; a set is as good as a list here
    b"]": _push(lambda _: []),
    b"\x8f": _push(lambda _: []),
    b"}": _push(lambda _: {}),
    b")": _push(lambda _: ()),
    b"l": _push(lambda m: m.marked()),
    b"\x91": _push(lambda m: m.marked()),
    b"t": _push(lambda m: tuple(m.marked())),
    b"\x85": lambda m: m.tuple_of(1),
    b"\x86": lambda m: m.tuple_of(2),
    b"\x87": lambda m: m.tuple_of(3),
    b"d": lambda m: m.mapping(),
    b"a": lambda m: m.extend_one(),
    b"e": lambda m: m.extend_marked(),
    b"\x90": lambda m: m.extend_marked(),
    b"s": lambda m: m.put_one(),
    b"u": lambda m: m.put_marked(),
    # The memo
    b"g": lambda m: m.recall(int(m.cursor.line())),
    b"h": lambda m: m.recall(m.cursor.unpack(_U1)[0]),
    b"j": lambda m: m.recall(m.cursor.unpack(_U4)[0]),
    b"p": lambda m: m.remember(int(m.cursor.line())),
    b"q": lambda m: m.remember(m.cursor.unpack(_U1)[0]),
    b"r": lambda m: m.remember(m.cursor.unpack(_U4)[0]),
    b"\x94": lambda m: m.remember(len(m.memo)),
    # Names and what would call them
    b"c": lambda m: m.named(m.cursor.line().decode(), m.cursor.line().decode()),
    b"\x93": _name_from_stack,
    b"R": lambda m: m.reduce(),
    b"\x81": lambda m: m.reduce(),
    b"\x92": lambda m: m.new_with_keywords(),
    b"i": lambda m: m.instance(),
    b"o": lambda m: m.object(),
    b"b": lambda m: m.build(),
    b"Q": lambda m: m.persist(),
    # Kept out: registered extensions, buffers outside the file, persistent names as text
    **dict.fromkeys((b"\x82", b"\x83", b"\x84", b"\x97", b"\x98", b"P"), _refuse),
}
