"""Progress bars and messages on standard error, so that standard output stays for results."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import typer
from rich.console import Console
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    SpinnerColumn,
    TextColumn,
    TimeElapsedColumn,
    TimeRemainingColumn,
)

console = Console(stderr=True, highlight=False)


class Bars:
    """The steps of a long task as progress bars (plain lines where there is no terminal)."""

    def __init__(self) -> None:
        """Prepare the display; use as a context manager."""
        self._progress = Progress(
            SpinnerColumn(),
            TextColumn("{task.description}"),
            BarColumn(),
            MofNCompleteColumn(),
            TimeElapsedColumn(),
            TimeRemainingColumn(compact=True),
            console=console,
            disable=not console.is_terminal,
        )

    def __enter__(self) -> Bars:
        """Show the bars."""
        self._progress.__enter__()
        return self

    def __exit__(self, *error: object) -> None:
        """Leave the finished bars on screen."""
        self._progress.__exit__(*error)  # type: ignore[arg-type]

    @contextmanager
    def step(self, name: str, total: int | None) -> Iterator[Callable[[int], None]]:
        """Show one step of `total` units; yields what advances it."""
        task = self._progress.add_task(name, total=total)
        done = 0
        # Without a terminal: a line at the start, and one each tenth.
        if not console.is_terminal:
            console.print(f"{name} …" if total is None else f"{name}: {total} …")
        told = 0

        def advance(count: int) -> None:
            nonlocal done, told
            done += count
            self._progress.advance(task, count)
            if not console.is_terminal and total and total >= 1000 and done * 10 // total > told:
                told = done * 10 // total
                console.print(f"{name}: {done}/{total}")

        yield advance
        self._progress.update(task, total=done or total or 1, completed=done or total or 1)


@contextmanager
def busy(text: str) -> Iterator[None]:
    """Show that something of unknown length goes on."""
    if console.is_terminal:
        with console.status(text):
            yield
    else:
        console.print(text)
        yield


def say(text: str) -> None:
    """Print a message for the person at the terminal."""
    console.print(text)


def out(line: str) -> None:
    """Print one line of the result."""
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


def fail(message: str, code: int = 1) -> typer.Exit:
    """Print an error; returns the exception that ends the command, to be raised."""
    console.print(f"[red]Error:[/] {message}")
    return typer.Exit(code)
