"""Trains the joint model with transformers' trainer: TensorBoard, progress, early stopping, checkpoints that resume."""

from __future__ import annotations

import random
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import torch
from tokenizers import Tokenizer
from transformers import AutoTokenizer, EarlyStoppingCallback, EvalPrediction, Trainer, TrainingArguments

from dialogue.components.units import MAX_PIECES, OUTSIDE, align, to_spans, to_tags, units
from dialogue.nlu.data import Example
from dialogue.nlu.model import JointModel, Labels, Mode, fresh, save

_SEED = 7
_IGNORED = -100
_HELD_OUT = 0.08
_HEADS_RATE = 2e-3
"""The heads start from nothing, the encoder does not."""


@dataclass(frozen=True)
class TrainingOptions:
    """What can be varied in a training; `learning_rate` None: the mode's own."""

    mode: Mode = Mode.LORA
    epochs: float = 4.0
    batch: int = 32
    rank: int = 32
    learning_rate: float | None = None
    evaluate_every: int = 200
    patience: int = 6

    @property
    def rate(self) -> float:
        """The learning rate; adapters need a larger one than weights that were trained before."""
        return self.learning_rate or (5e-4 if self.mode is Mode.LORA else 1e-4)


def labels_of(examples: Sequence[Example]) -> Labels:
    """Return the classes that occur in `examples`, sorted."""
    kinds = sorted({span.label for example in examples for span in example.spans})
    return Labels(
        tuple(sorted({example.intent for example in examples})),
        (OUTSIDE, *(f"{prefix}-{kind}" for kind in kinds for prefix in "BI")),
    )


def held_out(examples: Sequence[Example], seed: int = _SEED) -> tuple[list[Example], list[Example]]:
    """Split into training and a share of each intent and language that early stopping looks at."""
    groups: dict[tuple[str, str], list[Example]] = defaultdict(list)
    for example in examples:
        groups[example.intent, example.language].append(example)
    train: list[Example] = []
    held: list[Example] = []
    for key in sorted(groups):
        group = groups[key]
        random.Random(f"{seed}{key}").shuffle(group)
        cut = max(1, round(_HELD_OUT * len(group))) if len(group) > 5 else 0
        held += group[:cut]
        train += group[cut:]
    return train, held


class Encoded(torch.utils.data.Dataset[dict[str, Any]]):
    """Examples as the model reads them."""

    def __init__(self, examples: Sequence[Example], tokenizer: Tokenizer, labels: Labels) -> None:
        """Encode all of `examples` at once."""
        intents = {name: number for number, name in enumerate(labels.intents)}
        tags = {name: number for number, name in enumerate(labels.tags)}
        self.examples = examples
        self._items = []
        for example, encoding in zip(examples, tokenizer.encode_batch([e.text for e in examples]), strict=True):
            spans = units(example.text)
            weights, places = align(spans, encoding.offsets)
            wanted = to_tags([(s.start, s.end, s.label) for s in example.spans], spans)
            self._items.append(
                {
                    "input_ids": encoding.ids,
                    "weights": weights,
                    "places": places,
                    "intent": intents[example.intent],
                    # What was cut off can't be tagged.
                    "tags": [tags[t] if w.any() else _IGNORED for t, w in zip(wanted, weights, strict=True)],
                }
            )

    def __len__(self) -> int:
        """Count the examples."""
        return len(self._items)

    def __getitem__(self, index: int) -> dict[str, Any]:
        """Return one encoded example."""
        return self._items[index]


def collate(items: Sequence[dict[str, Any]], pad: int = 1) -> dict[str, torch.Tensor]:
    """Pad a batch: ids and mask (batch, pieces), alignment (batch, units, pieces), places and tags (batch, units)."""
    pieces = max(len(item["input_ids"]) for item in items)
    words = max(1, *(len(item["places"]) for item in items))
    batch = {
        "input_ids": torch.full((len(items), pieces), pad),
        "attention_mask": torch.zeros(len(items), pieces, dtype=torch.long),
        "alignment": torch.zeros(len(items), words, pieces),
        "places": torch.zeros(len(items), words, dtype=torch.long),
        "intent_labels": torch.tensor([item["intent"] for item in items]),
        "tag_labels": torch.full((len(items), words), _IGNORED),
    }
    for row, item in enumerate(items):
        length, count = len(item["input_ids"]), len(item["places"])
        batch["input_ids"][row, :length] = torch.tensor(item["input_ids"])
        batch["attention_mask"][row, :length] = 1
        batch["alignment"][row, :count, :length] = torch.from_numpy(item["weights"])
        batch["places"][row, :count] = torch.from_numpy(item["places"])
        batch["tag_labels"][row, :count] = torch.tensor(item["tags"])
    return batch


def tokenizer_of(checkpoint: Path | str) -> Tokenizer:
    """Return the word pieces of a checkpoint (a path or a name), cut at the longest text that is read."""
    tokenizer: Tokenizer = AutoTokenizer.from_pretrained(checkpoint).backend_tokenizer
    tokenizer.enable_truncation(MAX_PIECES)
    tokenizer.no_padding()
    return tokenizer


def _metrics(labels: Labels) -> Any:  # noqa: ANN401 (the trainer's own type)
    def spans(numbers: Iterable[int]) -> set[tuple[int, int, str]]:
        tags = [labels.tags[number] for number in numbers]
        return set(to_spans(tags, [(place, place + 1) for place in range(len(tags))]))

    def compute(prediction: EvalPrediction) -> dict[str, float]:
        # The trainer reads in an order of its own: what was wanted is taken from it too.
        intents, tags = prediction.predictions  # type: ignore[misc]
        wanted_intents, wanted_tags = prediction.label_ids  # type: ignore[misc]
        found = wanted = shared = 0
        for guesses, truths in zip(tags, wanted_tags, strict=True):
            told = truths != _IGNORED
            got, gold = spans(guesses[told].argmax(-1)), spans(truths[told])
            found, wanted, shared = found + len(got), wanted + len(gold), shared + len(got & gold)
        f1 = 2 * shared / (found + wanted) if found + wanted else 1.0
        accuracy = float((intents.argmax(-1) == wanted_intents).mean())
        return {"intent_accuracy": accuracy, "slot_f1": f1, "score": (accuracy + f1) / 2}

    return compute


def train(
    examples: Sequence[Example],
    extra: Sequence[Example],
    base: Path | str,
    work: Path,
    target: Path,
    options: TrainingOptions = TrainingOptions(),
    *,
    resume: bool = False,
) -> dict[str, float]:
    """Train on hand-written `examples` and generated `extra`; the best model by a held-out share of `examples` goes to `target`.

    `base` is a folder of ours, or the name or path (as text) of another encoder. TensorBoard logs and checkpoints go to `work`. Returns the held-out measures.
    """
    labels = labels_of([*examples, *extra])
    if isinstance(base, str):
        labels = replace(labels, base=base)
    tokenizer = tokenizer_of(base)
    kept, held = held_out(examples)
    torch.manual_seed(_SEED)
    model = fresh(base, labels, options.mode, options.rank)
    checked = Encoded(held, tokenizer, labels)
    optimizer = torch.optim.AdamW(
        [
            {"params": [p for p in model.encoder.parameters() if p.requires_grad], "lr": options.rate},
            {"params": list(model.heads.parameters()), "lr": _HEADS_RATE},
        ],
        weight_decay=0.01,
    )
    trainer = Trainer(
        model=model,
        optimizers=(optimizer, None),
        args=TrainingArguments(
            output_dir=str(work),
            num_train_epochs=options.epochs,
            per_device_train_batch_size=options.batch,
            per_device_eval_batch_size=64,
            warmup_steps=0.06,
            lr_scheduler_type="cosine",
            logging_steps=25,
            eval_strategy="steps",
            eval_steps=options.evaluate_every,
            save_steps=options.evaluate_every,
            save_total_limit=2,
            load_best_model_at_end=True,
            metric_for_best_model="score",
            greater_is_better=True,
            label_names=["intent_labels", "tag_labels"],
            remove_unused_columns=False,
            # Utterances are short and uneven: half of a random batch would be padding.
            train_sampling_strategy="group_by_length",
            report_to=["tensorboard"],
            seed=_SEED,
            use_cpu=True,
            bf16=True,
        ),
        train_dataset=Encoded([*kept, *extra], tokenizer, labels),
        eval_dataset=checked,
        data_collator=collate,
        compute_metrics=_metrics(labels),
        callbacks=[EarlyStoppingCallback(options.patience)],
    )
    trainer.train(resume_from_checkpoint=resume)
    measures = trainer.evaluate()
    assert isinstance(trainer.model, JointModel)
    save(trainer.model, labels, target)
    return {name.removeprefix("eval_"): float(value) for name, value in measures.items()}
