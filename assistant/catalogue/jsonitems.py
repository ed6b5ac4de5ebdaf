"""Items of a JSON document one by one, each with its line, past broken ones where that is possible."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from decimal import Decimal, InvalidOperation


def _decimal(text: str) -> Decimal:
    try:
        return Decimal(text)
    except InvalidOperation as error:
        raise ValueError("a number is out of range") from error


DECODER = json.JSONDecoder(parse_float=_decimal, parse_constant=Decimal)
LIST_KEYS = ("products", "items", "data", "results")
_SPACE = re.compile(r"[ \t\n\r]*")


class JsonItems:
    """An iterator over (line, value), or (line, ValueError) for a part that is no JSON.

    It takes an array, an object with an array under `products`, `items`, `data` or `results`, or values
    one after another.
    """

    def __init__(self, text: str) -> None:
        """Read from `text`."""
        self._text = text
        self._place = 0
        self._counted = (0, 1)

    def _line(self, place: int) -> int:
        offset, line = self._counted
        line += self._text.count("\n", offset, place)
        self._counted = (place, line)
        return line

    def _peek(self) -> str:
        match = _SPACE.match(self._text, self._place)
        self._place = match.end() if match else self._place
        return self._text[self._place : self._place + 1]

    def _expect(self, signs: str) -> str:
        sign = self._peek()
        if not sign or sign not in signs:
            raise json.JSONDecodeError(f"expected {' or '.join(signs)}", self._text, self._place)
        self._place += 1
        return sign

    def _value(self) -> object:
        self._peek()
        value, self._place = DECODER.raw_decode(self._text, self._place)
        return value

    def __iter__(self) -> Iterator[tuple[int, object]]:
        while sign := self._peek():
            start = self._place
            try:
                if sign == "[":
                    yield from self._array()
                elif sign == "{":
                    yield from self._object()
                else:
                    yield self._line(start), self._value()
            except (ValueError, RecursionError) as error:
                yield self._broken(error, self._place)
                return

    def _broken(self, error: Exception, place: int) -> tuple[int, ValueError]:
        if isinstance(error, json.JSONDecodeError):
            return error.lineno, ValueError(f"not valid JSON: {error.msg} (column {error.colno})")
        return self._line(place), ValueError("not valid JSON: nested too deeply or a number too long")

    def _object(self) -> Iterator[tuple[int, object]]:
        line = self._line(self._place)
        self._expect("{")
        whole: dict[str, object] = {}
        found = False
        while self._peek() != "}":
            key = str(self._value())
            self._expect(":")
            if key in LIST_KEYS and self._peek() == "[" and "@context" not in whole and "id" not in whole:
                found = True
                yield from self._array()
            else:
                whole[key] = self._value()
            if self._peek() != "}":
                self._expect(",")
        self._expect("}")
        if not found:
            yield line, whole

    def _array(self) -> Iterator[tuple[int, object]]:
        self._expect("[")
        if self._peek() == "]":
            self._expect("]")
            return
        while True:
            self._peek()
            start = self._place
            line = self._line(start)
            try:
                value = self._value()
                sign = self._expect(",]")
            except (ValueError, RecursionError) as error:
                place, broken = self._broken(error, start)
                following = self._next_item(start)
                if following is None:
                    self._place = len(self._text)
                    yield place, ValueError(f"{broken}; what follows in the list is not read")
                    return
                yield place, broken
                self._place = following
                continue
            yield line, value
            if sign == "]":
                return

    def _next_item(self, start: int) -> int | None:
        """Return where the next item with the indent of the broken one begins, None if nowhere."""
        indent = self._text[self._text.rfind("\n", 0, start) + 1 : start]
        sign = self._text[start : start + 1]
        place = self._text.find(f"\n{indent}{sign}", start) if sign and not indent.strip() else -1
        return None if place < 0 else place + 1 + len(indent)
