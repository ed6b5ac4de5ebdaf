"""Compares ways to fine-tune the joint model, and Rasa's DIET, on the same utterances: quality, weights trained, time.

    python -m benchmarks.nlu [--systems lora,frozen,full,diet] [--epochs 4] [--generated 4000]

Takes about an hour on two cores. Prints a table; the numbers go to var/bench/nlu.json, one system after the other.
"""

from __future__ import annotations

import json
import subprocess
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.table import Table

from assistant.cli.console import say
from assistant.cli.nlu import training_examples, unseen
from assistant.settings import ROOT, settings
from dialogue.components.runtime import JointRuntime
from dialogue.nlu.data import Example, mark
from dialogue.nlu.evaluate import Outcome, measure, read_all
from dialogue.nlu.export import export
from dialogue.nlu.model import Mode, fresh, trained_parameters
from dialogue.nlu.train import TrainingOptions, labels_of, train
from dialogue.server import environment
from retrieval.models import checkpoint

_DIET = ROOT / "benchmarks" / "diet"
_PLACES = {"ACTION_ENDPOINT": "http://127.0.0.1", "ACTION_TOKEN": "-", "TRACKER_DB": "/dev/null"}


def joint(
    mode: Mode, epochs: float, examples: tuple[list[Example], list[Example]], dev: Sequence[Example]
) -> tuple[list[Outcome], dict[str, Any]]:
    """Train, export and measure one mode of the joint model."""
    config = settings()
    base = checkpoint(config.models, say)
    work = config.var / "bench" / f"nlu-{mode}"
    started = time.monotonic()
    train(*examples, base, work / "train", work / "weights", TrainingOptions(mode=mode, epochs=epochs))
    seconds = time.monotonic() - started
    export(base, work / "weights", work / "onnx")
    runtime = JointRuntime(work / "onnx")
    runtime.read(dev[0].text + ".")
    started = time.perf_counter()
    outcomes = read_all(runtime.read, dev)
    milliseconds = (time.perf_counter() - started) * 1000 / len(dev)
    parameters = trained_parameters(fresh(base, labels_of([*examples[0], *examples[1]]), mode))
    return outcomes, {"parameters": parameters, "seconds": seconds, "milliseconds": milliseconds}


def diet(examples: tuple[list[Example], list[Example]], dev: Sequence[Example]) -> tuple[list[Outcome], dict[str, Any]]:
    """Train DIET through Rasa on the same utterances and measure it."""
    config = settings()
    work = config.var / "bench" / "nlu-diet"
    work.mkdir(parents=True, exist_ok=True)
    _write(work / "nlu.yml", [*examples[0], *examples[1]])
    python = str(config.rasa_python)
    started = time.monotonic()
    subprocess.run(
        [python, "-m", "rasa", "train", "nlu", "--config", str(_DIET / "config.yml"), "--nlu", str(work / "nlu.yml"),
         "--domain", "dialogue/domain.yml", "--out", str(work), "--fixed-model-name", "diet"],
        cwd=ROOT, env=environment(_PLACES), check=True, capture_output=True,
    )  # fmt: skip
    seconds = time.monotonic() - started
    lines = "".join(json.dumps(e.text) + "\n" for e in dev)
    answer = subprocess.run(
        [python, "-m", "benchmarks.diet.parse", str(next(work.glob("diet*.tar.gz")))],
        cwd=ROOT, env=environment(_PLACES), check=True, capture_output=True, text=True, input=lines,
    )  # fmt: skip
    rows = [json.loads(line[1:]) for line in answer.stdout.splitlines() if line.startswith("@")]
    outcomes = [
        Outcome(
            example,
            row["intent"] or "",
            row["probability"],
            frozenset((s, e, f"{name}#{role}" if role else name) for s, e, name, role in row["spans"]),
        )
        for example, row in zip(dev, rows, strict=True)
    ]
    return outcomes, {
        "parameters": None,
        "seconds": seconds,
        "milliseconds": sorted(r["ms"] for r in rows)[len(rows) // 2],
    }


def _write(file: Path, examples: Sequence[Example]) -> None:
    blocks = []
    for intent in sorted({e.intent for e in examples}):
        lines = "".join(f"    - {mark(e)}\n" for e in examples if e.intent == intent)
        blocks.append(f"- intent: {intent}\n  examples: |\n{lines}")
    file.write_text('version: "3.1"\n\nnlu:\n' + "\n".join(blocks), "utf-8")


def main(
    systems: Annotated[str, typer.Option(help="Which to compare, with commas.")] = "lora,frozen,full,diet",
    epochs: Annotated[float, typer.Option(help="Passes over the utterances (joint model).")] = 4.0,
    generated: Annotated[int, typer.Option(help="Generated utterances, for each language.")] = 4000,
) -> None:
    """Train and measure each system in turn."""
    examples = training_examples(ROOT / "assistant" / "demo", generated)
    dev = unseen()
    everything = [e for found in dev.values() for e in found]
    file = settings().var / "bench" / "nlu.json"
    results = json.loads(file.read_text()) if file.exists() else {}
    for name in systems.split(","):
        say(f"Training {name} on {sum(map(len, examples)):,} utterances …")
        outcomes, facts = (
            diet(examples, everything) if name == "diet" else joint(Mode(name), epochs, examples, everything)
        )
        for language in dev:
            m = measure([o for o in outcomes if o.example in dev[language]])
            facts[language] = {"intent": tuple(m.intent), "slots": tuple(m.slots), "count": m.count}
        results[name] = facts
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(json.dumps(results, indent=1))
    _show(results)


def _show(results: dict[str, Any]) -> None:
    table = Table(title="Joint model by what is trained, and DIET (dev sets, 95 % bootstrap intervals)")
    for column in ("system", "weights trained", "training", "read", "en intents", "en slots", "zh intents", "zh slots"):
        table.add_column(column)
    for name, facts in results.items():
        cells = []
        for language in ("en", "zh"):
            for kind in ("intent", "slots"):
                value, low, high = facts[language][kind]
                cells.append(f"{value:.3f} [{low:.3f}, {high:.3f}]")
        weights = f"{facts['parameters']:,}" if facts["parameters"] else "not told"
        table.add_row(name, weights, f"{facts['seconds'] / 60:.1f} min", f"{facts['milliseconds']:.1f} ms", *cells)
    Console(width=180).print(table)


if __name__ == "__main__":
    typer.run(main)
