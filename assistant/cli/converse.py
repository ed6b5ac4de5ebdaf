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
from rich.table import Table

from assistant.catalogue.store import CatalogueHandle, StoreError
from assistant.cli.catalogue import StoreOption
from assistant.cli.console import Bars, fail
from assistant.cli.talk import started
from assistant.conversations import junit
from assistant.conversations.runner import Outcome, Spoken, run
from assistant.conversations.script import Script, ScriptError, read_scripts
from assistant.settings import settings
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
    scripts = _chosen(paths, only, store)
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
    failed = [outcome for outcome in outcomes if outcome.failed and not outcome.known]
    known = [outcome for outcome in outcomes if outcome.known]
    if failed or known:
        console.print(_table([*failed, *known]))
    turns = sum(len(o.turns) for o in outcomes)
    told = f"{len(failed)} failed" + f", {len(known)} known to fail so far" * bool(known)
    console.print(f"{len(outcomes)} conversations, {turns} turns, {told}")
    better = [
        o.script.file.name
        for o in outcomes
        if not o.failed and (o.script.fails or any(t.fails for t in o.script.turns))
    ]
    if better:
        console.print(f"no longer fail, take their `fails` away: {', '.join(better)}")
    if failed:
        raise typer.Exit(1)


def _chosen(paths: list[Path], only: str, store: Path | None) -> list[Script]:
    try:
        named = re.compile(only)
        scripts = [s for s in read_scripts(*paths) if named.search(s.name)]
        attributes = set(CatalogueHandle((store or settings().store).resolve()).get().facets.values())
    except ScriptError as error:
        raise fail(escape(str(error)), 2) from error
    except StoreError as error:
        raise fail(escape(str(error))) from error
    except re.error as error:
        raise fail(f"--only {escape(only)!r} is no regular expression: {error}", 2) from error
    if not scripts:
        raise fail("no script matches", 2)
    unknown = [line for script in scripts for line in script.unknown(attributes)]
    if unknown:
        raise fail(escape("\n".join([*unknown, "in the catalogue that is served; see the names in its attributes"])), 2)
    return scripts


def _table(outcomes: list[Outcome]) -> Table:
    table = Table("", "conversation", "file", "turns", "seconds", "first thing wrong", title="What failed")
    for outcome in outcomes:
        turn, number = next((turn, n) for n, turn in enumerate(outcome.turns, 1) if turn.failed)
        wrong = turn.error or next(f"{c.wanted}, found {c.found}" for c in turn.checks if not c.holds)
        bad = sum(turn.failed for turn in outcome.turns)
        mark = f"[yellow]known[/]: {escape(outcome.known)}" if outcome.known else "[red]✗[/]"
        table.add_row(
            mark, escape(outcome.script.name), f"{outcome.script.language}/{outcome.script.file.name}",
            f"{bad}/{len(outcome.turns)}", f"{outcome.seconds:.1f}", escape(f"turn {number}: {wrong[:200]}"),
        )  # fmt: skip
    return table


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
    mark = "[yellow]known[/]" if outcome.known else "[red]✗[/]" if outcome.failed else "[green]✓[/]"
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
