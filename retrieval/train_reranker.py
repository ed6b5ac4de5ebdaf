"""Fine-tunes the reranker: the lower half of multilingual-e5-small as a cross-encoder, with LoRA (arXiv:2106.09685).

Only the adapters and the head are trained and kept (about 3 MB); the base is built from the package.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch
import transformers
from datasets import Dataset
from peft import LoraConfig, PeftModel, get_peft_model
from sentence_transformers import CrossEncoder
from sentence_transformers.cross_encoder import CrossEncoderTrainer, CrossEncoderTrainingArguments
from sentence_transformers.cross_encoder.losses import BinaryCrossEntropyLoss
from transformers import BertForSequenceClassification, PreTrainedTokenizerFast, TrainerCallback

from retrieval.reranker import MAX_TOKENS
from retrieval.training_data import Pair

LAYERS = 6
"""Of the base's 12: the turn's time is the reranker's, and half the layers read half as long."""
_SEED = 7


@dataclass(frozen=True)
class TrainingOptions:
    """What can be varied in a training."""

    epochs: float = 1.0
    learning_rate: float = 5e-4
    batch: int = 64
    rank: int = 32
    evaluate_every: int = 150
    patience: int = 4


def base_model(checkpoint: Path, attention: str = "sdpa") -> BertForSequenceClassification:
    """Return the untrained cross-encoder: the lower layers, and a head of known random weights.

    `attention` is transformers' implementation: `sdpa` trains faster, only `eager` can be exported.
    """
    torch.manual_seed(_SEED)
    with _quiet():
        return BertForSequenceClassification.from_pretrained(
            checkpoint, num_hidden_layers=LAYERS, num_labels=1, dtype=torch.float32, attn_implementation=attention
        )


@contextmanager
def _quiet() -> Iterator[None]:
    # Transformers lists the upper layers that are left out, and the new head, as if they were faults.
    level = transformers.logging.get_verbosity()
    transformers.logging.set_verbosity_error()
    try:
        yield
    finally:
        transformers.logging.set_verbosity(level)


def load_tuned(checkpoint: Path, adapter: Path) -> BertForSequenceClassification:
    """Return the fine-tuned cross-encoder with the adapter merged into the base."""
    return PeftModel.from_pretrained(base_model(checkpoint, "eager"), adapter).merge_and_unload().eval()


def _with_adapter(model: BertForSequenceClassification, rank: int) -> PeftModel:
    config = LoraConfig(
        task_type="SEQ_CLS",
        r=rank,
        lora_alpha=2 * rank,
        lora_dropout=0.05,
        target_modules=["query", "key", "value", "attention.output.dense", "intermediate.dense", "output.dense"],
        modules_to_save=["classifier", "pooler"],
    )
    return get_peft_model(model, config)


def _dataset(pairs: Sequence[Pair]) -> Dataset:
    return Dataset.from_dict(
        {
            "query": [p.query for p in pairs],
            "passage": [p.passage for p in pairs],
            "label": [p.grade for p in pairs],
        }
    )


def _adopt(checkpoint: Path, model: torch.nn.Module, scratch: Path) -> CrossEncoder:
    """Wrap a model for the trainer; it wants a folder to start from, then gets our model."""
    base_model(checkpoint).save_pretrained(scratch)
    PreTrainedTokenizerFast.from_pretrained(checkpoint).save_pretrained(scratch)
    encoder = CrossEncoder(str(scratch), num_labels=1, max_length=MAX_TOKENS, device="cpu")
    transformer = encoder[0]
    transformer.model = model
    return encoder


def train(
    pairs: Sequence[Pair],
    checkpoint: Path,
    work: Path,
    target: Path,
    measure: Callable[[torch.nn.Module], float],
    options: TrainingOptions = TrainingOptions(),
    *,
    resume: bool = False,
) -> float:
    """Train on `pairs`, keep the adapter that `measure` (higher is better) likes best in `target`; returns its value.

    TensorBoard logs and resumable checkpoints go to `work`.
    """
    model = _with_adapter(base_model(checkpoint), options.rank)
    encoder = _adopt(checkpoint, model, work / "start")
    shuffled = list(pairs)
    random.Random(_SEED).shuffle(shuffled)
    keeper = _Keeper(model, target, measure, options)
    trainer = CrossEncoderTrainer(
        model=encoder,
        args=CrossEncoderTrainingArguments(
            output_dir=str(work / "checkpoints"),
            num_train_epochs=options.epochs,
            per_device_train_batch_size=options.batch,
            learning_rate=options.learning_rate,
            warmup_steps=0.1,
            weight_decay=0.01,
            lr_scheduler_type="linear",
            logging_steps=25,
            save_steps=options.evaluate_every,
            save_total_limit=2,
            report_to=["tensorboard"],
            seed=_SEED,
            use_cpu=True,
            bf16=True,
        ),
        train_dataset=_dataset(shuffled),
        loss=BinaryCrossEntropyLoss(encoder),
        callbacks=[keeper],
    )
    trainer.train(resume_from_checkpoint=resume)
    keeper.look(trainer.state.global_step)
    return keeper.best


class _Keeper(TrainerCallback):
    """Measures now and then, keeps the best adapter, and stops when it no longer gets better."""

    def __init__(
        self,
        model: PeftModel,
        target: Path,
        measure: Callable[[torch.nn.Module], float],
        options: TrainingOptions,
    ) -> None:
        self._model, self._target, self._measure, self._options = model, target, measure, options
        self.best = float("-inf")
        self._without_gain = 0
        self._looked_at = -1

    def look(self, step: int) -> None:
        """Measure the model as it is."""
        if step == self._looked_at:
            return
        self._looked_at = step
        self._model.eval()
        with torch.inference_mode():
            value = self._measure(self._model)
        self._model.train()
        self._without_gain += 1
        if value > self.best:
            self.best, self._without_gain = value, 0
            self._model.save_pretrained(str(self._target))

    def on_step_end(self, args: Any, state: Any, control: Any, **kwargs: Any) -> None:  # noqa: ANN401 (the trainer's own types)
        """Look every `evaluate_every` steps."""
        if state.global_step % self._options.evaluate_every == 0:
            self.look(state.global_step)
            if self._without_gain >= self._options.patience:
                control.should_training_stop = True
