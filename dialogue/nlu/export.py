"""Exports the joint model to ONNX int8 for `dialogue.components.runtime`."""

from __future__ import annotations

from pathlib import Path

import torch

from dialogue.components.runtime import MODEL, PIECES
from dialogue.nlu.model import load
from dialogue.nlu.train import tokenizer_of
from retrieval.onnx import quantised


def export(base: Path | str, trained: Path, target: Path) -> None:
    """Write the model that `trained` holds to `target`, with its labels and word pieces."""
    model, labels = load(base, trained)
    ids = torch.tensor([[0, 5, 6, 2], [0, 7, 2, 1]])
    alignment = torch.zeros(2, 3, 4)
    alignment[:, 0, 1] = 1
    inputs = {
        "input_ids": (ids, {0: "batch", 1: "pieces"}),
        "attention_mask": ((ids != 1).long(), {0: "batch", 1: "pieces"}),
        "alignment": (alignment, {0: "batch", 1: "units", 2: "pieces"}),
        "places": (torch.zeros(2, 3, dtype=torch.long), {0: "batch", 1: "units"}),
    }
    outputs = {"intents": {0: "batch"}, "tags": {0: "batch", 1: "units"}}
    target.mkdir(parents=True, exist_ok=True)
    quantised(model, inputs, outputs, target / MODEL)
    labels.save(target)
    tokenizer_of(base).save(str(target / PIECES))
