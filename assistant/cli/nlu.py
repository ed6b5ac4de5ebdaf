"""`train nlu` and `eval nlu`: the joint intent-and-slot model."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from statistics import median
from time import perf_counter
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console
from rich.table import Table

from assistant.cli.console import busy, fail, say
from assistant.product import Language
from assistant.settings import ROOT, settings
from dialogue.nlu.build import WEIGHTS

if TYPE_CHECKING:
    from dialogue.components.runtime import JointRuntime, Reading
    from dialogue.nlu.data import Example
    from dialogue.nlu.evaluate import Outcome, Reader

_HAND_WRITTEN = ROOT / "dialogue" / "data" / "nlu"
_DEV = ROOT / "tests" / "data" / "nlu_dev"
_MEASURED = ROOT / "tests" / "data"
"""Holds the dev set and the blind ones, a folder each."""
_LANGUAGES: tuple[Language, ...] = ("en", "zh")
_SEED = 13
_FALSE_REFUSALS = 0.02


def train_nlu(
    mode: Annotated[str, typer.Option(help="Which weights are trained: lora, frozen or full.")] = "lora",
    epochs: Annotated[float, typer.Option(help="Passes over all utterances.")] = 4.0,
    generated: Annotated[int, typer.Option(help="Utterances made from the catalogue, for each language.")] = 4000,
    catalogue: Annotated[Path, typer.Option(help="Catalogue whose names and values fill the templates.")] = ROOT
    / "assistant"
    / "demo",
    target: Annotated[Path | None, typer.Option(help="Where the weights go (default: those that are served).")] = None,
    base: Annotated[str, typer.Option(help="Name or path of another encoder (default: multilingual-e5-small).")] = "",
    resume: Annotated[bool, typer.Option("--resume", help="Go on from the last checkpoint.")] = False,
) -> None:
    """Fine-tune the intent-and-slot model on hand-written and generated utterances; logs for TensorBoard in var/train."""
    from dialogue.nlu.model import Mode
    from dialogue.nlu.train import TrainingOptions, train
    from retrieval.models import checkpoint

    if mode not in list(Mode):
        raise fail(f"mode is one of {', '.join(Mode)}, not {mode}", 2)
    if target is None and mode != Mode.LORA:
        raise fail("only an adapter is small enough for the repository: give --target for the other modes", 2)
    config = settings()
    with busy("Making utterances …"):
        written, made = training_examples(catalogue, generated)
    say(f"{len(written):,} hand-written and {len(made):,} generated utterances")
    measures = train(
        written,
        made,
        base or checkpoint(config.models, say),
        config.var / "train" / f"nlu-{mode}",
        target or WEIGHTS,
        TrainingOptions(mode=Mode(mode), epochs=epochs),
        resume=resume,
    )
    say(f"Held-out utterances: intents {measures['intent_accuracy']:.3f}, slots {measures['slot_f1']:.3f} F1")


def training_examples(catalogue: Path, count: int) -> tuple[list[Example], list[Example]]:
    """Return the hand-written utterances and `count` generated ones a language, none of which is in the dev and blind sets."""
    from assistant.catalogue.glossary import bundled
    from assistant.catalogue.read import load_catalogue
    from dialogue.nlu.data import read, unique
    from dialogue.nlu.generate import Vocabulary, generate

    written = unique(read(*sorted(_HAND_WRITTEN.glob("*.yml"))))
    products, _ = load_catalogue([catalogue], default_currency="USD")
    vocabulary = Vocabulary.from_products(products, bundled())
    made = [e for language in _LANGUAGES for e in generate(vocabulary, language, count, _SEED)]
    taken = {e.key for e in [*written, *read(*sorted(_MEASURED.glob("nlu_*/*.yml")))]}
    return written, [e for e in unique(made) if e.key not in taken]


def eval_nlu(
    dev: Annotated[Path, typer.Option(help="Folder of labelled utterances, one file a language.")] = _DEV,
    clinc: Annotated[Path | None, typer.Option(help="CLINC150 CSV (text,intent): the refusal curve.")] = None,
    model: Annotated[Path | None, typer.Option(help="Folder of the exported model (default: the served one).")] = None,
    errors: Annotated[bool, typer.Option("--errors", help="List every utterance that was read wrongly.")] = False,
    calibrate: Annotated[bool, typer.Option("--calibrate", help="Set the refusal threshold in the weights.")] = False,
) -> None:
    """Measure intents, slots and refusals of the served model on utterances that it was not trained on."""
    from dialogue.components.runtime import JointRuntime
    from dialogue.nlu.build import build_nlu
    from dialogue.nlu.evaluate import measure, read_all

    if calibrate and not (clinc and model is None):
        raise fail("--calibrate needs --clinc, and sets the threshold of the served model only", 2)
    runtime = JointRuntime(model or build_nlu(settings().models, say))
    # Wider than a terminal is better than cut numbers in a log.
    console = Console(width=150)
    table = Table(title="Dev sets: 95 % intervals of a bootstrap over utterances")
    columns = ("language", "utterances", "intent accuracy", "slot micro-F1 (exact span, entity and role)", "median ms")
    for column in columns:
        table.add_column(column)
    outcomes = {}
    for language, examples in unseen(dev).items():
        times: list[float] = []
        outcomes[language] = read_all(_timed(runtime.read, times), examples)
        m = measure(outcomes[language])
        table.add_row(language, str(m.count), str(m.intent), str(m.slots), f"{median(times):.1f}")
    console.print(table)
    if errors:
        for found in outcomes.values():
            _list_errors(found, console)
    if clinc:
        _refusal(runtime, clinc, outcomes, console, calibrate)


def unseen(dev: Path = _DEV) -> dict[Language, list[Example]]:
    """Return the dev sets without the few short utterances ("ok", 好的) that are hand-written training data too."""
    from dialogue.nlu.data import read

    trained = {e.key for e in read(*sorted(_HAND_WRITTEN.glob("*.yml")))}
    files = {name: dev / f"{name}.yml" for name in _LANGUAGES}
    return {name: [e for e in read(file) if e.key not in trained] for name, file in files.items() if file.exists()}


def _timed(read: Reader, times: list[float]) -> Reader:
    def reader(text: str) -> Reading:
        started = perf_counter()
        reading = read(text)
        times.append((perf_counter() - started) * 1000)
        return reading

    return reader


def _list_errors(outcomes: list[Outcome], console: Console) -> None:
    from dialogue.nlu.evaluate import measure

    for o in outcomes:
        text = o.example.text
        if o.intent != o.example.intent:
            console.print(f"{o.example.intent} → {o.intent} {o.probability:.2f}: {text}", markup=False)
        if o.spans != o.wanted:
            missed = [(text[s:e], label) for s, e, label in sorted(o.wanted - o.spans)]
            extra = [(text[s:e], label) for s, e, label in sorted(o.spans - o.wanted)]
            console.print(f"  {text}\n      missed {missed}\n      extra  {extra}", markup=False)
    for label, (f1, count) in measure(outcomes).by_label.items():
        console.print(f"{label:20} {f1:.3f} of {count}", markup=False)


def _refusal(
    runtime: JointRuntime, clinc: Path, outcomes: Mapping[Language, list[Outcome]], console: Console, calibrate: bool
) -> None:
    from dataclasses import replace

    from dialogue.nlu.evaluate import calibrated, curve, out_of_scope, refusals
    from dialogue.nlu.model import Labels

    inside = [o.example.text for found in outcomes.values() for o in found if o.example.intent != runtime.refuse]
    # One half decides the threshold, the other tells what it costs.
    held, kept = (refusals(runtime.read, half, runtime.refuse) for half in (inside[::2], inside[1::2]))
    scores = refusals(runtime.read, out_of_scope(clinc), runtime.refuse)
    ours = {
        language: refusals(
            runtime.read, [o.example.text for o in found if o.example.intent == runtime.refuse], runtime.refuse
        )
        for language, found in outcomes.items()
    }
    if calibrate:
        runtime.threshold = round(calibrated(held, _FALSE_REFUSALS), 3)
        replace(Labels.load(WEIGHTS), threshold=runtime.threshold).save(WEIGHTS)
        say(
            f"Threshold {runtime.threshold:.2f}: the lowest that refuses at most {_FALSE_REFUSALS:.0%} of {len(held)} utterances in scope"
        )
    table = Table(title=f"Refusals at each threshold (served: {runtime.threshold:.2f})")
    for column in (
        "threshold", f"CLINC150 refused ({len(scores)})", *(f"{n} dev refused ({len(s)})" for n, s in ours.items()),
        f"in scope, refused wrongly ({len(kept)})",
    ):  # fmt: skip
        table.add_column(column, justify="right")
    for point in curve(kept, scores, 19):
        shares = [f"{(s >= point.threshold).mean():.3f}" for s in ours.values()]
        table.add_row(f"{point.threshold:.2f}", f"{point.recall:.3f}", *shares, f"{point.false_refusals:.3f}")
    console.print(table)
    t = runtime.threshold
    shares = [f"{n} dev {(s >= t).mean():.3f}" for n, s in ours.items()]
    say(
        f"At {t:.2f}: CLINC150 {(scores >= t).mean():.3f}, {', '.join(shares)}; refused wrongly {(kept >= t).mean():.3f}"
    )
