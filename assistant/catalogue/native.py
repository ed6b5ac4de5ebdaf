"""The project's own JSON and JSONL, and any shop's JSON with one object a product."""

from __future__ import annotations

import json
from collections.abc import Iterator
from functools import partial
from typing import BinaryIO

from assistant.catalogue.jsonitems import DECODER, LIST_KEYS, JsonItems
from assistant.catalogue.report import Found, Problem, attempt
from assistant.catalogue.rows import has_id, product_from
from assistant.catalogue.text import open_text, utf8_lines
from assistant.catalogue.values import shown


def _is_document(stream: BinaryIO) -> bool:
    """Tell a document (an array, an object over several lines or with a list) from one object a line."""
    first = next((line for _, line in utf8_lines(stream)), None) or ""
    stream.seek(0)
    if not first.startswith("{") or not first.endswith("}"):
        return not first.startswith("{") or first == "{" or first.endswith(("[", "{", ","))
    try:
        row = DECODER.decode(first)
    except (ValueError, RecursionError):
        return False
    return any(isinstance(row.get(key), list) for key in LIST_KEYS) and "id" not in row


def _lines(stream: BinaryIO) -> Iterator[tuple[int, object]]:
    for number, line in utf8_lines(stream):
        if line is None:
            yield number, ValueError("the line is not UTF-8")
            continue
        try:
            yield number, DECODER.decode(line)
        except json.JSONDecodeError as error:
            yield number, ValueError(f"not valid JSON: {error.msg} (column {error.colno})")
        except (ValueError, RecursionError):
            yield number, ValueError("not valid JSON: nested too deeply or a number too long")


def json_values(stream: BinaryIO, source: str) -> Iterator[tuple[int, object]]:
    """Yield each top-level item of JSONL or of a JSON document with its line, or a ValueError in its place."""
    if _is_document(stream):
        yield from JsonItems(open_text(stream, source).read())
    else:
        yield from _lines(stream)


def read_native(stream: BinaryIO, source: str, *, currency: str | None = None) -> Iterator[Found]:
    """Yield the products of JSONL, of a JSON array, or of an object with a list under `products`.

    Fields that `Product` does not know become attributes. JSONL is streamed; lines are those where an
    item begins. `currency` is for prices that name none.
    """
    keyed: bool | None = None
    for line, row in json_values(stream, source):
        if isinstance(row, ValueError):
            yield Problem(source, line, str(row))
            continue
        if not isinstance(row, dict):
            yield Problem(source, line, f"expected an object with a product, found {shown(row)}")
            continue
        pairs = list(row.items())
        keyed = has_id(pairs) if keyed is None else keyed
        yield attempt(source, line, partial(product_from, pairs, currency=currency, keyed=keyed))
