"""`search` and `chat`: the page's own turn, Rasa included, from the command line."""

from __future__ import annotations

import asyncio
import json
import sys
import time
import uuid
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.markup import escape

from assistant.catalogue.store import StoreError
from assistant.cli.catalogue import StoreOption
from assistant.cli.console import busy, console, fail, out
from assistant.cli.prepare import build_models
from assistant.reply import Card, Reply
from assistant.settings import settings
from assistant.stack import Stack
from assistant.turn.phrase import money
from dialogue.server import RasaError

_MOST = 1000


def started(store: Path | None) -> Stack:
    """Return a running stack on `store`; ends the command with a clear sentence when it can't start."""
    build_models(settings())
    try:
        stack = Stack(settings(), store)
        with busy("Starting the assistant (about 20 seconds) …"):
            stack.__enter__()
    except (StoreError, RasaError) as error:
        raise fail(escape(str(error))) from error
    return stack


def number(value: Any) -> float | None:  # noqa: ANN401 (a Decimal or None)
    """Return an amount as JSON shows it."""
    return None if value is None else float(value)


def search(
    query: Annotated[str | None, typer.Argument(help="What to look for, in English or Chinese.")] = None,
    k: Annotated[int, typer.Option("-k", min=1, max=_MOST, help="How many products.")] = 10,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object a line.")] = False,
    queries: Annotated[Path | None, typer.Option(help="A file with one query a line.")] = None,
    store: StoreOption = None,
) -> None:
    """Search the catalogue."""
    if (query is None) == (queries is None):
        raise fail("give either a query or --queries FILE", 2)
    if queries and not queries.is_file():
        raise fail(f"no file {queries}", 2)
    texts = [query] if query else [line.strip() for line in queries.read_text("utf-8").splitlines() if line.strip()]  # type: ignore[union-attr]
    stack = started(store)
    try:
        asyncio.run(_search(stack, texts, k, as_json, named=queries is not None))
    except RasaError as error:
        raise fail(escape(str(error))) from error
    finally:
        stack.stop()


async def _search(stack: Stack, texts: list[str], k: int, as_json: bool, named: bool) -> None:
    for text in texts:
        cards = await search_cards(stack, text, k)
        if named and not as_json:
            out(f"# {text}")
        for rank, (card, score) in enumerate(cards, 1):
            if as_json:
                row: dict[str, Any] = {"query": text} if named else {}
                row |= {"rank": rank, "id": card.id, "score": score, "title": card.title}
                row |= {"price": number(card.price), "currency": card.currency}
                out(json.dumps(row, ensure_ascii=False))
            else:
                price = money(card.price, card.currency or "USD", "en") if card.price is not None else "-"
                out(f"{rank:>3}  {score:6.3f}  {price:>10}  {card.title}  [{card.id}]")
    await stack.client.close()


async def search_cards(stack: Stack, text: str, k: int) -> list[tuple[Card, float]]:
    """Return the `k` best products for one query in a conversation of its own, with the ranker's scores."""
    reply = await stack.client.send(str(uuid.uuid4()), text, {"mode": "search", "page_size": k})
    scores = {candidate.id: candidate.score for candidate in reply.decision.candidates}
    return [(card, scores.get(card.id, 0.0)) for card in reply.cards]


def chat(
    as_json: Annotated[
        bool, typer.Option("--json", help="One utterance a line in, one JSON object a turn out.")
    ] = False,
    store: StoreOption = None,
) -> None:
    """Talk to the assistant; with --json a line {"reset":true} starts a new conversation."""
    stack = started(store)
    try:
        asyncio.run(_chat(stack, as_json))
    finally:
        stack.stop()


async def _chat(stack: Stack, as_json: bool) -> None:
    sender = str(uuid.uuid4())
    if not as_json and sys.stdin.isatty():
        console.print("Say what you are looking for; an empty line ends the conversation. 想买什么，直接说。")
    while True:
        line = await asyncio.to_thread(_read, as_json)
        if line is None:
            break
        if _is_reset(line):
            sender = str(uuid.uuid4())
            continue
        begun = time.perf_counter()
        try:
            reply = await stack.client.send(sender, line)
        except RasaError as error:
            if as_json:
                out(json.dumps({"user": line, "error": str(error)}, ensure_ascii=False))
            else:
                console.print(f"[red]{escape(str(error))}[/]")
            continue
        took = round((time.perf_counter() - begun) * 1000, 1)
        out(json.dumps(_turn(line, reply, took), ensure_ascii=False) if as_json else _readable(reply))
    await stack.client.close()


def _read(as_json: bool) -> str | None:
    while True:
        if not as_json and sys.stdin.isatty():
            sys.stderr.write("> ")
            sys.stderr.flush()
        line = sys.stdin.readline()
        if not line:
            return None
        if line.strip():
            return line.strip()
        if sys.stdin.isatty():
            return None


def _is_reset(line: str) -> bool:
    if not line.startswith("{"):
        return False
    try:
        value = json.loads(line)
    except ValueError:
        return False
    return isinstance(value, dict) and value.get("reset") is True


def _turn(user: str, reply: Reply, milliseconds: float) -> dict[str, Any]:
    return {
        "user": user,
        "text": reply.text,
        "intent": reply.decision.intent,
        "entities": list(reply.decision.entities),
        "slots": reply.decision.slots,
        "products": [
            {
                "id": card.id,
                "title": card.title,
                "price": number(card.price),
                "currency": card.currency,
                "why": [reason.text for reason in card.why],
            }
            for card in reply.cards
        ],
        "latency_ms": milliseconds,
    }


def _readable(reply: Reply) -> str:
    lines = [reply.text]
    for place, card in enumerate(reply.cards, 1):
        price = money(card.price, card.currency or "USD", reply.language) if card.price is not None else ""
        why = "; ".join(reason.text for reason in card.why)
        lines.append(f"  {place}. {card.title}  {price}" + (f"  ({why})" if why else ""))
    return "\n".join(lines)
