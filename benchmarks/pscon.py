"""Lets the assistant read real shoppers' turns (PSCon) and counts a person's verdicts on what it extracted.

    python -m benchmarks.pscon sample DIALOGUES.jsonl [--size 100] > readings.jsonl
    python -m benchmarks.pscon report VERDICTS.csv

`sample` draws distinct user turns (seeded, so that everybody gets the same ones) and prints what the model and the
catalogue make of each. A person writes one row a turn: `id,turn,verdict,cause` with verdict `right` or `wrong`.
"""

from __future__ import annotations

import csv
import json
import random
import sys
from collections import Counter
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.table import Table

from assistant.catalogue.categorise_eval import Share
from assistant.catalogue.store import CatalogueHandle
from assistant.cli.console import say
from assistant.settings import settings
from assistant.understanding.understood import Parse, RasaEntity, understand
from dialogue.components.runtime import JointRuntime
from dialogue.nlu.build import build_nlu

app = typer.Typer(no_args_is_help=True, help=__doc__)
_SEED = 20


def turns(file: Path, size: int) -> list[tuple[str, int, str, str]]:
    """Return (dialogue, turn, what the seller said before, text) of `size` distinct user turns that ask for something."""
    found: dict[str, tuple[str, int, str, str]] = {}
    for line in file.read_text("utf-8").splitlines():
        dialogue = json.loads(line)
        before = ""
        for number, turn in enumerate(dialogue["turns"]):
            if turn["role"] != "user":
                before = turn["text"]
            elif turn.get("intent") != "Chitchat":
                found.setdefault(
                    turn["text"].strip().casefold(), (dialogue["id"], number, before, turn["text"].strip())
                )
    rows = sorted(found.values())
    return random.Random(_SEED).sample(rows, min(size, len(rows)))


@app.command()
def sample(
    dialogues: Annotated[Path, typer.Argument(help="PSCon as JSON lines.")],
    size: Annotated[int, typer.Option(help="Turns to draw.")] = 100,
) -> None:
    """Print what is read in a sample of turns, as JSON lines."""
    config = settings()
    runtime = JointRuntime(build_nlu(config.models, say))
    catalogue = CatalogueHandle(config.store).get()
    for dialogue, number, before, text in turns(dialogues, size):
        reading = runtime.read(text)
        name, probability = reading.intents[0]
        entities = tuple(
            RasaEntity(entity=m.entity, value=text[m.start : m.end], start=m.start, end=m.end, role=m.role)
            for m in reading.marks
        )
        parse = Parse(text=text, intent=name, confidence=probability, entities=entities)
        row: dict[str, Any] = {
            "id": dialogue,
            "turn": number,
            "before": before,
            "text": text,
            "intent": name,
            "probability": round(probability, 3),
            "spans": [f"{e.entity}{'#' + e.role if e.role else ''}: {e.value}" for e in entities],
            "constraints": _constraints(parse, catalogue),
        }
        sys.stdout.write(json.dumps(row, ensure_ascii=False) + "\n")


def _constraints(parse: Parse, catalogue: Any) -> list[str]:  # noqa: ANN401 (the catalogue that serves)
    understood = understand(
        parse,
        catalogue.gazetteer,
        catalogue.facets,
        settings().exchange_rates,
        catalogue.meta.currency or "USD",
        "en",
        1,
    )
    return [f"{c.attribute} {c.operator.value} {c.value} {c.unit or ''}".strip() for c in understood.constraints]


@app.command()
def report(verdicts: Annotated[list[Path], typer.Argument(help="CSV files: id,turn,verdict,cause.")]) -> None:
    """Print the share that was right (Wilson 95 % interval) and what went wrong."""
    table = Table(title="Extracted demands of real turns, checked by hand")
    for column in ("file", "turns", "right", "causes of the others"):
        table.add_column(column)
    for file in verdicts:
        with file.open(encoding="utf-8", newline="") as lines:
            rows = list(csv.DictReader(lines))
        share = Share.of(sum(row["verdict"] == "right" for row in rows), len(rows))
        causes = Counter(row["cause"] for row in rows if row["verdict"] != "right")
        told = ", ".join(f"{cause} {count}" for cause, count in causes.most_common())
        table.add_row(file.name, str(len(rows)), f"{share.value:.2f} [{share.low:.2f}, {share.high:.2f}]", told)
    Console(width=150).print(table)


if __name__ == "__main__":
    app()
