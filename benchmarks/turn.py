"""Times whole turns against bare Rasa in the same run: the same model and policies with an action that does nothing.

    python -m benchmarks.turn [--store DIR] [--rounds 5] [--json FILE]

Both servers hold the same conversations, turn by turn in alternation, so that whatever else the machine does weighs
on both alike. Times are of the whole way: HTTP to Rasa, NLU, policies, action endpoint and back.
"""

from __future__ import annotations

import asyncio
import json
import platform
import secrets
import time
import uuid
from pathlib import Path
from typing import Annotated, Any

import httpx
import numpy as np
import typer
from fastapi import FastAPI
from rich.console import Console
from rich.table import Table

from assistant.cli.console import Bars, busy
from assistant.settings import settings
from assistant.stack import BackgroundServer, Stack
from benchmarks.conversations import CHINESE, ENGLISH
from dialogue.server import RasaFiles, RasaServer, free_port
from dialogue.train import MODEL


def do_nothing() -> FastAPI:
    """Return an action endpoint that answers at once with a fixed text."""
    app = FastAPI()

    @app.post("/webhook")
    async def webhook(call: dict[str, Any]) -> dict[str, Any]:
        return {"events": [], "responses": [{"text": "ok"}]}

    return app


async def timed(client: httpx.AsyncClient, sender: str, text: str) -> float:
    """Return the milliseconds of one turn."""
    begun = time.perf_counter()
    answer = await client.post("/webhooks/rest/webhook", json={"sender": sender, "message": text, "metadata": {}})
    answer.raise_for_status()
    if not answer.json():
        raise RuntimeError(f"no answer to {text!r}")
    return (time.perf_counter() - begun) * 1000


async def measure(ours: str, bare: str, rounds: int) -> dict[str, dict[str, list[float]]]:
    """Return the times by server and language; the first round warms up and is not counted."""
    times: dict[str, dict[str, list[float]]] = {name: {"en": [], "zh": []} for name in ("assistant", "bare Rasa")}
    async with httpx.AsyncClient(base_url=ours, timeout=120) as a, httpx.AsyncClient(base_url=bare, timeout=120) as b:
        with Bars() as bars, bars.step("Turns", (rounds + 1) * (len(ENGLISH) + len(CHINESE))) as advance:
            for number in range(rounds + 1):
                for language, texts in (("en", ENGLISH), ("zh", CHINESE)):
                    senders = str(uuid.uuid4()), str(uuid.uuid4())
                    for text in texts:
                        took = await timed(a, senders[0], text), await timed(b, senders[1], text)
                        if number:
                            times["assistant"][language].append(took[0])
                            times["bare Rasa"][language].append(took[1])
                        advance(1)
    return times


def main(
    store: Annotated[Path | None, typer.Option(help="Folder of the catalogue.")] = None,
    rounds: Annotated[int, typer.Option(help="How often each conversation is held.")] = 5,
    json_file: Annotated[Path | None, typer.Option("--json", help="Write the numbers to this file.")] = None,
) -> None:
    """Measure, and print p50 and p95 side by side."""
    config = settings()
    actions = BackgroundServer(do_nothing(), "127.0.0.1", free_port())
    actions.start()
    scratch = config.var / "bench"
    files = RasaFiles(
        config.rasa_python, config.var / "rasa" / MODEL, scratch / f"{uuid.uuid4().hex}.db", scratch / "rasa.log"
    )
    bare = RasaServer(files, f"http://127.0.0.1:{actions.port}/webhook", secrets.token_urlsafe(8))
    try:
        bare.start()
        with busy("Starting two Rasa servers …"), Stack(config, store) as stack:
            bare.wait()
            products = stack.catalogue.get().meta.products
            times = asyncio.run(measure(stack.rasa.url, bare.url, rounds))
    finally:
        bare.stop()
        actions.stop()
        files.trackers.unlink(missing_ok=True)
    table = Table(
        title=f"Whole turns in milliseconds, {products:,} products, {rounds} rounds, {platform.processor() or platform.machine()}"
    )
    for column in ("", "turns", "p50", "p95", "p50 / bare", "p95 / bare"):
        table.add_column(column, justify="left" if not column else "right")
    result: dict[str, Any] = {"products": products, "rounds": rounds}
    for language in ("en", "zh"):
        base = np.percentile(times["bare Rasa"][language], (50, 95))
        for name in times:
            values = np.percentile(times[name][language], (50, 95))
            ratio = values / base
            table.add_row(
                f"{name}, {language}",
                str(len(times[name][language])),
                *(f"{v:.0f}" for v in values),
                *(f"{r:.1f}" for r in ratio),
            )
            result[f"{name} {language}"] = {
                "p50": values[0],
                "p95": values[1],
                "p50_ratio": ratio[0],
                "p95_ratio": ratio[1],
            }
    Console(width=110).print(table)
    if json_file:
        json_file.write_text(json.dumps(result, indent=2), "utf-8")


if __name__ == "__main__":
    typer.run(main)
