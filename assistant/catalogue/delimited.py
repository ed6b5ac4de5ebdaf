"""CSV and TSV with a header in English or Chinese; columns that no field knows become attributes."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from functools import partial
from typing import BinaryIO, TextIO

from assistant.catalogue.fields import column_of
from assistant.catalogue.report import Found, Problem, attempt
from assistant.catalogue.rows import has_id, product_from
from assistant.catalogue.text import open_text

Pairs = list[tuple[str, str]]
_DELIMITERS = (",", "\t", ";", "|")


class _Lines:
    """Lines of a text, which can be given back after a record that turned out broken."""

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream
        self._back: list[str] = []
        self.record: list[str] = []
        self.line = 1

    def __iter__(self) -> _Lines:
        return self

    def __next__(self) -> str:
        line = self._back.pop() if self._back else next(self._stream)
        self.record.append(line.replace("\0", ""))
        return self.record[-1]

    def begin(self) -> None:
        """Begin a new record after the lines of the last one."""
        self.line += len(self.record)
        self.record = []

    def give_back(self) -> None:
        """Keep only the first line of a broken record: an open quote has swallowed the others."""
        self._back.extend(reversed(self.record[1:]))
        del self.record[1:]


def split_header_line(line: str) -> tuple[list[str], str]:
    """Return the cells of a header line and its delimiter: the one that gives the most known columns."""
    best: tuple[int, int, list[str], str] = (-1, 0, [], ",")
    for delimiter in _DELIMITERS:
        cells = [cell.strip().lstrip("\ufeff") for cell in next(csv.reader([line], delimiter=delimiter), [])]
        known = sum(column_of(cell) is not None for cell in cells)
        if (known, len(cells)) > best[:2]:
            best = (known, len(cells), cells, delimiter)
    return best[2], best[3]


def table_rows(stream: BinaryIO, source: str) -> Iterator[tuple[int, Pairs] | Problem]:
    """Yield each row of a delimited table as (line it begins on, (header, cell) pairs), or its problem."""
    lines = _Lines(open_text(stream, source))
    header: list[str] = []
    delimiter = ","
    while not header:
        lines.begin()
        line = next(lines, None)
        if line is None:
            return
        if line.strip():
            header, delimiter = split_header_line(line)
    reader = csv.reader(lines, delimiter=delimiter, strict=True)
    while True:
        lines.begin()
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            lines.give_back()
            reader = csv.reader(lines, delimiter=delimiter, strict=True)
            yield Problem(source, lines.line, f"not a row of the table: {error}")
            continue
        if not any(cell.strip() for cell in cells):
            continue
        if len(cells) > len(header) and any(cell.strip() for cell in cells[len(header) :]):
            yield Problem(source, lines.line, f"expected {len(header)} columns, found {len(cells)}")
            continue
        cells.extend([""] * (len(header) - len(cells)))
        yield lines.line, list(zip(header, cells, strict=False))


def read_delimited(stream: BinaryIO, source: str, *, currency: str | None = None) -> Iterator[Found]:
    """Yield the products of a table: the delimiter is found from the header, the encoding from the bytes.

    `currency` is for prices that name none. A table without any id column gets digests as ids.
    """
    for row in table_rows(stream, source):
        if isinstance(row, Problem):
            yield row
            continue
        line, pairs = row
        keyed = has_id(pairs)
        yield attempt(source, line, partial(product_from, pairs, currency=currency, keyed=keyed))
