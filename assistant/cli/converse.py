"""`converse`: scripted conversations against the whole assistant."""

from __future__ import annotations

import asyncio
import os
import re
import signal
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.markup import escape

from assistant.cli.catalogue import StoreOption
from assistant.cli.console import Bars, fail
from assistant.cli.talk import started
from assistant.conversations import junit
from assistant.conversations.runner import Outcome, Spoken, run
from assistant.conversations.script import Script, ScriptError, read_scripts
from assistant.stack import Stack


def converse(
    paths: Annotated[
        list[Path], typer.Argument(help="Script files or folders (format: tests/conversations/README.md).")
    ],
    junit_file: Annotated[Path | None, typer.Option("--junit", help="Write JUnit XML to this file.")] = None,
    only: Annotated[str, typer.Option(help="Only scripts whose name matches this regular expression.")] = "",
    jobs: Annotated[int, typer.Option(min=1, help="Conversations at once.")] = 2,
    quiet: Annotated[bool, typer.Option("--quiet", help="Print only conversations that failed.")] = False,
    store: StoreOption = None,
) -> None:
    """Run scripted conversations and print them with what went wrong; exit code 1 when anything did."""
    try:
        scripts = [s for s in read_scripts(*paths) if re.search(only, s.name)]
    except ScriptError as error:
        raise fail(escape(str(error)), 2) from error
    if not scripts:
        raise fail("no script matches", 2)
    stack = started(store)
    try:
        outcomes = asyncio.run(run_all(scripts, stack, jobs))
    finally:
        stack.stop()
    # Wider than a terminal is better than cut lines in a log.
    console = Console(width=140, highlight=False)
    for outcome in outcomes:
        if outcome.failed or not quiet:
            _print(outcome, console)
    if junit_file:
        junit.write(outcomes, junit_file)
    known = [outcome.script.name for outcome in outcomes if outcome.failed and outcome.script.fails]
    failed = [outcome.script.name for outcome in outcomes if outcome.failed and not outcome.script.fails]
    turns = sum(len(o.turns) for o in outcomes)
    console.print(
        f"{len(outcomes)} conversations, {turns} turns, {len(failed)} failed" + ": " * bool(failed) + ", ".join(failed)
    )
    if known:
        console.print(f"known to fail so far: {len(known)}: " + ", ".join(known))
    if failed:
        raise typer.Exit(1)


async def run_all(scripts: list[Script], stack: Stack, jobs: int) -> list[Outcome]:
    """Run scripts side by side; those that kill Rasa run alone, at the end."""
    gate = asyncio.Semaphore(jobs)
    rough = [s for s in scripts if any(step.kill for step in s.turns)]
    gentle = [s for s in scripts if s not in rough]
    lookup = stack.catalogue.get().product
    with Bars() as bars, bars.step("Conversations", len(scripts)) as advance:

        async def one(script: Script) -> Outcome:
            async with gate:
                outcome = await run(script, stack.client, lookup, lambda: kill_rasa(stack))
                advance(1)
                return outcome

        done = list(await asyncio.gather(*(one(script) for script in gentle)))
        for script in rough:
            done.append(await one(script))
    await stack.client.close()
    order = {id(script): place for place, script in enumerate(scripts)}
    return sorted(done, key=lambda outcome: order[id(outcome.script)])


def kill_rasa(stack: Stack) -> None:
    """Kill the Rasa server hard, as a machine short of memory would."""
    pid = stack.rasa.pid
    if pid:
        os.killpg(pid, signal.SIGKILL)


def _print(outcome: Outcome, console: Console) -> None:
    mark = "[red]✗[/]" if outcome.failed else "[green]✓[/]"
    console.print(
        f"\n{mark} [bold]{escape(outcome.script.name)}[/] ({outcome.script.file.name}, {outcome.seconds:.1f} s)"
    )
    for turn in outcome.turns:
        _print_turn(turn, console)


def _print_turn(turn: Spoken, console: Console) -> None:
    who = "" if turn.step.speaker == "shopper" else f"({turn.step.speaker}) "
    console.print(f"  [cyan]{who}{escape(turn.said[:300])}[/]")
    if turn.reply:
        console.print(f"    {escape(turn.reply.text[:400])}")
        for place, card in enumerate(turn.reply.cards, 1):
            price = f"{card.price} {card.currency}" if card.price is not None else "-"
            console.print(f"      {place}. {escape(card.title)}  {price}", style="dim")
    if turn.error:
        console.print(f"    [red]✗ {escape(turn.error)}[/]")
    for check in turn.checks:
        if check.holds:
            console.print(f"    [green]✓[/] {escape(check.wanted)}")
        else:
            console.print(f"    [red]✗ {escape(check.wanted)}[/] found: {escape(check.found[:300])}")
