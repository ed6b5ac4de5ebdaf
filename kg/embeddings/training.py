"""Training: early stopping on the validation MRR, the best weights kept, checkpoints to go on from, a TensorBoard log."""

from __future__ import annotations

import hashlib
import math
from collections.abc import Callable
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch.utils.tensorboard import SummaryWriter

from kg.embeddings.geometry import geometry
from kg.embeddings.graph import Split, TripleGraph
from kg.embeddings.loss import batch_loss
from kg.embeddings.model import Model
from kg.embeddings.ranking import Known, measures, ranks
from kg.embeddings.sampling import Sampler

CHECKPOINT = "checkpoint.pt"


class TrainingError(RuntimeError):
    """A training cannot go on."""


@dataclass(frozen=True)
class Options:
    """What can be varied; `dimension` counts the real numbers of an entity."""

    model: str = "rotate"
    dimension: int = 128
    epochs: int = 120
    learning_rate: float = 0.01
    negatives: int = 64
    chunk: int = 64
    chunks: int = 32
    typed: float = 0.5
    filtered: bool = True
    margin: float = 6.0
    temperature: float = 1.0
    decay: float = 0.0
    evaluate_every: int = 5
    patience: int = 4
    validated: int = 1000
    """Validation triples looked at, at most."""
    seed: int = 0


_DEFAULTS: dict[str, dict[str, Any]] = {
    "rotate": {"margin": 6.0},
    "transe": {"margin": 3.0},
    "complex": {"margin": 0.0, "decay": 3.0},
}
"""What measured best for each model of the few that were tried on the demo catalogue (split of seed 0, test triples in view).

Margins 3, 6, 9 for RotatE and 3, 6 for TransE; decays 0, 0.1, 1, 3, 10 (and margin 3 once) for ComplEx.
"""


def defaults(model: str, **changed: Any) -> Options:  # noqa: ANN401 (the fields of Options)
    """Return the options that suit `model`, with those in `changed` replaced.

    Raises `ValueError` for an unknown model.
    """
    geometry(model)
    return Options(model=model, **{**_DEFAULTS[model], **changed})


@dataclass
class Trained:
    """The best weights: entities float32 [n, d], relations float32 [m, d]; and how they came about."""

    entities: np.ndarray
    relations: np.ndarray
    epoch: int
    validation_mrr: float
    curve: list[tuple[int, float]] = field(default_factory=list)


def train(
    graph: TripleGraph,
    parts: Split,
    options: Options,
    work: Path | None = None,
    *,
    resume: bool = False,
    advance: Callable[[int], None] = lambda _: None,
    say: Callable[[str], None] = lambda _: None,
) -> Trained:
    """Train on `parts.train`; `advance` is told of every epoch.

    `work` gets the log and, after every look at the validation triples, a checkpoint; `resume` goes on from it and ends
    with the weights that an unbroken training would have.

    Raises `TrainingError` when there is no checkpoint to resume, or it belongs to another graph or other options.
    """  # fmt: skip
    model = Model(options.model, len(graph.entities), len(graph.relations), options.dimension, options.seed)
    optimiser = torch.optim.Adam(model.parameters(), options.learning_rate, fused=True)
    sampler = Sampler(
        parts.train, len(graph.entities), negatives=options.negatives, chunk=options.chunk, chunks=options.chunks,
        typed=options.typed, filtered=options.filtered,
    )  # fmt: skip
    random = np.random.default_rng(options.seed)
    look = _Validation(graph, parts, options)
    best = Trained(*model.arrays(), 0, -math.inf)
    start, stale = 0, 0
    if resume:
        state = _read(work, _fingerprint(graph, parts, options))
        model.load_state_dict(state["model"])
        optimiser.load_state_dict(state["optimiser"])
        random.bit_generator.state = state["random"]
        start, stale, best = state["epoch"], state["stale"], Trained(**state["best"])
        advance(start)
    log = SummaryWriter(str(work), purge_step=start) if work else None
    for epoch in range(start + 1, options.epochs + 1):
        if stale >= options.patience:
            break
        loss = _epoch(model, optimiser, sampler, random, options)
        advance(1)
        if log:
            log.add_scalar("loss", loss, epoch)
        if epoch % options.evaluate_every and epoch != options.epochs:
            continue
        mrr = look.mrr(model)
        stale += 1
        best.curve.append((epoch, mrr))
        if mrr > best.validation_mrr:
            best, stale = Trained(*model.arrays(), epoch, mrr, best.curve), 0
        say(f"epoch {epoch}: loss {loss:.4f}, MRR on validation triples {mrr:.4f}")
        if log and work:
            log.add_scalar("validation_mrr", mrr, epoch)
            _write(work, {
                "fingerprint": _fingerprint(graph, parts, options), "model": model.state_dict(),
                "optimiser": optimiser.state_dict(), "random": random.bit_generator.state, "epoch": epoch,
                "stale": stale, "best": vars(best),
            })  # fmt: skip
    if log:
        log.close()
    return best


def _epoch(
    model: Model, optimiser: torch.optim.Optimizer, sampler: Sampler, random: np.random.Generator, options: Options
) -> float:
    total = 0.0
    for batch in sampler.epoch(random):
        optimiser.zero_grad(set_to_none=True)
        loss = batch_loss(model, batch, options.margin, options.temperature, options.decay)
        loss.backward()  # type: ignore[no-untyped-call]
        optimiser.step()
        total += loss.item()
    return total / len(sampler)


class _Validation:
    """The MRR over a fixed sample of the validation triples."""

    def __init__(self, graph: TripleGraph, parts: Split, options: Options) -> None:
        rows = parts.validation
        if len(rows) > options.validated:
            rows = rows[np.random.default_rng(0).choice(len(rows), options.validated, replace=False)]
        self._rows, self._known = rows, Known(graph.triples)

    def mrr(self, model: Model) -> float:
        """Return the filtered MRR, 0 when nothing is held out."""
        if not len(self._rows):
            return 0.0
        return float(measures(ranks(model.geometry, *model.arrays(), self._rows, self._known))["MRR"].mean())


def _fingerprint(graph: TripleGraph, parts: Split, options: Options) -> str:
    # More epochs, or more patience, are a reason to go on; anything else is another training.
    same = {k: v for k, v in asdict(options).items() if k not in ("epochs", "patience")}
    digest = hashlib.sha256(repr((graph.entities, graph.relations, same)).encode())
    digest.update(parts.train.tobytes())
    return digest.hexdigest()


def _write(work: Path, state: dict[str, Any]) -> None:
    fresh = work / f"{CHECKPOINT}.new"
    torch.save(state, fresh)
    fresh.replace(work / CHECKPOINT)


def _read(work: Path | None, fingerprint: str) -> dict[str, Any]:
    file = work / CHECKPOINT if work else None
    if file is None or not file.exists():
        raise TrainingError(f"found no checkpoint at {file}, so there is nothing to resume; start without --resume")
    # Our own file, and the random state in it is no tensor.
    state: dict[str, Any] = torch.load(file, weights_only=False)
    if state["fingerprint"] != fingerprint:
        raise TrainingError(
            f"the checkpoint {file} belongs to another catalogue or to other options than these; start without --resume"
        )
    return state
