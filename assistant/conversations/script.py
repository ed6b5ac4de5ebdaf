"""The format of scripted conversations, checked when it is read."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, Any, Literal

import yaml
from pydantic import BaseModel, BeforeValidator, ConfigDict, ValidationError, field_validator, model_validator

from assistant.conversations.predicate import demand, predicate
from assistant.product import Language

Many = Annotated[tuple[str, ...], BeforeValidator(lambda value: (value,) if isinstance(value, str) else value)]
"""One text or a list of them."""


class ScriptError(ValueError):
    """A script can't be read; says which file and what is wrong."""


class Expect(BaseModel):
    """What has to hold after a reply; what is not named may be anything. `tests/conversations/README.md` explains each."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    intent: Many = ()
    act: Many = ()
    entities: Many = ()
    state: Many = ()
    without: Many = ()
    every: str | None = None
    some: str | None = None
    first: str | None = None
    focus: str | None = None
    products: Many = ()
    count: int | str | None = None
    text: Many = ()
    text_not: Many = ()
    language: Language | None = None
    cart: dict[str, int] | None = None
    cart_count: int | None = None
    quick: Many = ()
    asks: str | None = None
    asks_not: Many = ()
    route: str | None = None
    compares: int | None = None

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


class Step(BaseModel):
    """One turn: something is said, a suggestion is pressed, a demand's chip is removed, or Rasa is killed."""

    model_config = ConfigDict(extra="forbid", frozen=True, populate_by_name=True)

    say: str | None = None
    press: str | None = None
    remove: str | None = None
    kill: Literal["rasa"] | None = None
    speaker: str = "shopper"
    repeat: int = 1
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
            told = "; ".join(f"{' → '.join(_place(part) for part in p['loc'])}: {p['msg']}" for p in problems)
            raise ScriptError(f"{file}: {told}") from error


def _place(part: int | str) -> str:
    return f"turn {part + 1}" if isinstance(part, int) else part
