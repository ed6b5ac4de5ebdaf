"""What an import says about itself: problems by place, the totals, and the error that stops it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from pydantic import ValidationError

from assistant.product import Product


@dataclass(frozen=True, slots=True)
class Problem:
    """One row that gave no product: the file, the line (counted from 1) and the reason, one sentence."""

    source: str
    line: int
    reason: str

    def __str__(self) -> str:
        return f"{self.source}:{self.line}: {self.reason}"


Found = tuple[int, Product] | Problem
"""What a format yields for each row: the line and its product, or the problem."""


@dataclass(frozen=True, slots=True)
class ImportReport:
    """Totals of an import: every row read became one product or one problem.

    `formats` maps the name of a format to the number of products that it gave.
    """

    products: int = 0
    formats: dict[str, int] = field(default_factory=dict)
    problems: tuple[Problem, ...] = ()

    @property
    def rows(self) -> int:
        """Return the number of rows that were read."""
        return self.products + self.skipped

    @property
    def skipped(self) -> int:
        """Return the number of rows that gave no product."""
        return len(self.problems)


class CatalogueError(Exception):
    """A file that cannot be imported at all: which, what was found, what was expected, what to do."""

    def __init__(self, path: Path | str, found: str, expected: str, remedy: str) -> None:
        """Say what was `found` at `path`, what was `expected`, and the `remedy` as a sentence."""
        super().__init__(f"{path}: found {found}; expected {expected}. {remedy}")
        self.path = Path(path)


def reason_of(error: ValueError) -> str:
    """Return `error` as one short sentence, `field: what is wrong`."""
    if not isinstance(error, ValidationError):
        return " ".join(str(error).split())
    first, *others = error.errors(include_url=False, include_context=False, include_input=False)
    place = ".".join(str(part) for part in first["loc"])
    message = first["msg"].removeprefix("Value error, ").removeprefix("Input ")
    more = f" (and {len(others)} more)" if others else ""
    return f"{place}: {message}{more}" if place else f"{message}{more}"


def attempt(source: str, line: int, build: Callable[[], Product]) -> Found:
    """Return the line with what `build` makes, or a `Problem` that says why it could not."""
    try:
        return line, build()
    except ValueError as error:
        return Problem(source, line, reason_of(error))
    except ArithmeticError:
        return Problem(source, line, "a number is out of range")
    except RecursionError:
        return Problem(source, line, "the values are nested too deeply")
