"""The format of scripted conversations, checked when it is read."""

from __future__ import annotations

import operator
import re
from collections.abc import Callable, Iterator, Sequence, Set
from decimal import Decimal
from pathlib import Path
from typing import Annotated, Any, Literal, get_args

import yaml
from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    ValidationError,
    field_validator,
    model_validator,
)

from assistant.constraint import RELATIVES
from assistant.conversations.predicate import NAMES, demand, names_of, predicate
from assistant.product import Language
from assistant.reply import Route
from assistant.state import Pending

QUESTIONS = frozenset({"any", *get_args(Pending.model_fields["kind"].annotation)})
"""What `asks` may name besides the key of an attribute."""
_SIGNS = {"<=": operator.le, ">=": operator.ge, "<": operator.lt, ">": operator.gt, "": operator.eq}


def _regex(text: str) -> str:
    try:
        re.compile(text)
    except re.error as error:
        raise ValueError(f"{text!r} is no regular expression: {error}") from error
    return text


def comparison(text: int | float | str) -> Callable[[Decimal], bool]:
    """Read `5` or `">= 1"`.

    Raises `ValueError` when it is neither.
    """
    match = re.fullmatch(r"\s*(<=|>=|<|>|)\s*(\d+(?:\.\d+)?)\s*", str(text))
    if match is None:
        raise ValueError(f"expected a number or a comparison such as >= 1, found {text!r}")
    holds, limit = _SIGNS[match[1]], Decimal(match[2])
    return lambda number: bool(holds(number, limit))


Pattern = Annotated[str, AfterValidator(_regex)]
"""A regular expression."""
_AS_MANY = BeforeValidator(lambda value: (value,) if isinstance(value, str) else value)
Many = Annotated[tuple[str, ...], _AS_MANY]
"""One text or a list of them."""
Patterns = Annotated[tuple[Pattern, ...], _AS_MANY]
"""One regular expression or a list of them."""


class ScriptError(ValueError):
    """A script can't be read; says which file and what is wrong."""


class Expect(BaseModel):
    """What has to hold after a reply; what is not named may be anything. `tests/conversations/README.md` explains each."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    intent: Many = ()
    act: Many = ()
    entities: Many = ()
    slots: dict[str, Any] = {}
    state: Many = ()
    without: Many = ()
    every: str | None = None
    some: str | None = None
    first: str | None = None
    focus: str | None = None
    products: Many = ()
    count: int | str | None = None
    text: Patterns = ()
    text_not: Patterns = ()
    language: Language | None = None
    cart: dict[str, int] | None = None
    cart_count: int | None = None
    cart_total: int | float | str | None = None
    quick: Patterns = ()
    chips: Patterns = ()
    asks: str | None = None
    asks_not: Many = ()
    route: Route | None = None
    compares: int | None = None
    max_ms: int | None = None

    @field_validator("every", "some", "first", "focus")
    @classmethod
    def _readable(cls, value: str | None) -> str | None:
        if value is not None:
            predicate(value)
        return value

    @field_validator("state")
    @classmethod
    def _demands(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        for text in value:
            demand(text)
        return value

    @field_validator("count", "cart_total")
    @classmethod
    def _number(cls, value: int | float | str | None) -> int | float | str | None:
        if value is not None:
            comparison(value)
        return value

    def names(self) -> set[str]:
        """Return every property of a product that is spoken of."""
        texts = (*self.state, *(text for text in (self.every, self.some, self.first, self.focus) if text))
        asked = {self.asks} - QUESTIONS if self.asks else set()
        return {name for text in texts for name in names_of(text)} | asked | {*self.without, *self.asks_not}


class Step(BaseModel):
    """One turn: something is said, a suggestion is pressed, a demand's chip is removed, or Rasa is killed."""

    model_config = ConfigDict(extra="forbid", frozen=True, populate_by_name=True)

    say: str | None = None
    press: Pattern | None = None
    remove: Pattern | None = None
    kill: Literal["rasa"] | None = None
    speaker: str = "shopper"
    repeat: int = Field(1, ge=1)
    fails: str = ""
    expect: Expect = Expect()

    @model_validator(mode="before")
    @classmethod
    def _rename(cls, value: Any) -> Any:  # noqa: ANN401 (what YAML gives)
        # `as` is what people write, and no name in Python.
        if isinstance(value, dict) and "as" in value:
            value = {**value, "speaker": value["as"]}
            del value["as"]
        return value

    @model_validator(mode="after")
    def _one(self) -> Step:
        if sum(thing is not None for thing in (self.say, self.press, self.remove, self.kill)) != 1:
            raise ValueError("each turn has exactly one of say, press, remove, kill")
        if self.say is not None and not self.say.strip():
            raise ValueError("say is empty")
        if self.kill and self.expect != Expect():
            raise ValueError("nothing answers kill, so nothing can be expected of it: expect it of the next turn")
        return self


class Script(BaseModel):
    """A conversation with its expectations."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    name: str
    language: Language
    about: str = ""
    fails: str = ""
    turns: tuple[Step, ...]
    file: Path = Path()

    @field_validator("turns")
    @classmethod
    def _some(cls, value: tuple[Step, ...]) -> tuple[Step, ...]:
        if not value:
            raise ValueError("a script has at least one turn")
        return value

    def unknown(self, attributes: Set[str]) -> list[str]:
        """Return, by turn, each name that is no attribute: an expectation on it says nothing, or never holds."""
        return [
            f"{self.file}: turn {place}: nothing is called {name!r}"
            for place, step in enumerate(self.turns, 1)
            for name in sorted(step.expect.names() - attributes - NAMES - RELATIVES)
        ]


def read_scripts(*paths: Path) -> list[Script]:
    """Read the scripts in files and folders, in the order of their paths.

    Raises `ScriptError` with the file, the place and the reason.
    """
    return [script for path in paths for file in _files(path) for script in _read(file)]


def _files(path: Path) -> list[Path]:
    if not path.exists():
        raise ScriptError(f"no such file or folder: {path}")
    return sorted(path.rglob("*.yml")) if path.is_dir() else [path]


def _read(file: Path) -> Iterator[Script]:
    try:
        documents = [d for d in yaml.safe_load_all(file.read_text("utf-8")) if d]
    except yaml.YAMLError as error:
        raise ScriptError(f"{file}: {error}") from error
    for document in documents:
        try:
            yield Script.model_validate({**document, "file": file})
        except (ValidationError, TypeError) as error:
            problems = error.errors() if isinstance(error, ValidationError) else [{"loc": (), "msg": str(error)}]
            told = "; ".join(f"{_place(p['loc'])}: {p['msg']}" for p in problems)
            raise ScriptError(f"{file}: {told}") from error


def _place(parts: Sequence[int | str]) -> str:
    told: list[str] = []
    for part in parts:
        if isinstance(part, str):
            told.append(part)
        elif told == ["turns"]:
            told = [f"turn {part + 1}"]
        else:
            told.append(f"item {part + 1}")
    return " → ".join(told)
