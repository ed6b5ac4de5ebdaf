"""One encoder, an intent head and a BIO tag head, trained together (JointBERT, arXiv:1902.10909)."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from enum import StrEnum
from pathlib import Path

import torch
from peft import LoraConfig, PeftModel, get_peft_model
from safetensors.torch import load_file, save_file
from torch import nn
from transformers import AutoConfig, AutoModel, PreTrainedModel

from dialogue.components.units import PLACES

_PLACE_SIZE = 32
_TAG_HIDDEN = 192
_DROPOUT = 0.15
HEADS, LABELS = "heads.safetensors", "labels.json"
FROZEN_LAYERS = 8
"""Of 12, in the mode `frozen`."""


class Mode(StrEnum):
    """Which weights of the encoder are trained; the heads always are."""

    LORA = "lora"
    FROZEN = "frozen"
    FULL = "full"


@dataclass(frozen=True)
class Labels:
    """Names of the classes in the order of the heads' outputs; `refuse` is chosen from probability `threshold` on.

    `base` is the name or path of the encoder that was fine-tuned; empty: multilingual-e5-small.
    """

    intents: tuple[str, ...]
    tags: tuple[str, ...]
    refuse: str = "off_topic"
    threshold: float = 0.5
    base: str = ""

    def save(self, folder: Path) -> None:
        """Write `labels.json`."""
        (folder / LABELS).write_text(json.dumps(asdict(self), ensure_ascii=False, indent=1) + "\n", "utf-8")

    @classmethod
    def load(cls, folder: Path) -> Labels:
        """Read `labels.json`."""
        found = json.loads((folder / LABELS).read_text("utf-8"))
        return cls(tuple(found["intents"]), tuple(found["tags"]), found["refuse"], found["threshold"], found["base"])


class Heads(nn.Module):
    """The two classifiers on top of the encoder's states."""

    def __init__(self, hidden: int, intents: int, tags: int) -> None:
        """`hidden` is the encoder's width."""
        super().__init__()
        # E5's states are small and alike (0.14 a dimension over tokens): without this the heads learn slowly.
        self.sentence_norm = nn.LayerNorm(hidden)
        self.unit_norm = nn.LayerNorm(hidden)
        self.drop = nn.Dropout(_DROPOUT)
        self.intent = nn.Linear(hidden, intents)
        self.place = nn.Embedding(PLACES, _PLACE_SIZE)
        self.tag = nn.Sequential(
            nn.Linear(hidden + _PLACE_SIZE, _TAG_HIDDEN), nn.GELU(), nn.Dropout(_DROPOUT), nn.Linear(_TAG_HIDDEN, tags)
        )

    def forward(
        self, states: torch.Tensor, mask: torch.Tensor, alignment: torch.Tensor, places: torch.Tensor
    ) -> tuple[torch.Tensor, torch.Tensor]:
        """Return intent logits (batch, intents) and tag logits (batch, units, tags)."""
        weights = mask.unsqueeze(-1).to(states.dtype)
        sentence = (states * weights).sum(1) / weights.sum(1)
        words = self.unit_norm(alignment.to(states.dtype) @ states)
        words = torch.cat([words, self.place(places).to(words.dtype)], -1)
        return self.intent(self.drop(self.sentence_norm(sentence))), self.tag(self.drop(words))


class JointModel(nn.Module):
    """Encoder and heads; `forward` takes what `dialogue.nlu.train.collate` makes."""

    def __init__(self, encoder: nn.Module, hidden: int, labels: Labels) -> None:
        """Put heads on `encoder`, whose output has `last_hidden_state` of width `hidden`."""
        super().__init__()
        self.encoder = encoder
        self.heads = Heads(hidden, len(labels.intents), len(labels.tags))

    def forward(
        self,
        input_ids: torch.Tensor,
        attention_mask: torch.Tensor,
        alignment: torch.Tensor,
        places: torch.Tensor,
        intent_labels: torch.Tensor | None = None,
        tag_labels: torch.Tensor | None = None,
    ) -> tuple[torch.Tensor, ...]:
        """Return (intent logits, tag logits), with the loss in front when labels are given; tag -100 is ignored."""
        states = self.encoder(input_ids=input_ids, attention_mask=attention_mask).last_hidden_state
        intents, tags = self.heads(states, attention_mask, alignment, places)
        if intent_labels is None or tag_labels is None:
            return intents, tags
        loss = nn.functional.cross_entropy(intents.float(), intent_labels, label_smoothing=0.05)
        loss = loss + nn.functional.cross_entropy(tags.float().flatten(0, 1), tag_labels.flatten(), ignore_index=-100)
        return loss, intents, tags


def _encoder(base: Path | str, attention: str) -> PreTrainedModel:
    """Load an encoder by path or name, without the pooler that some have."""
    pooled = AutoConfig.from_pretrained(base).model_type in ("bert", "roberta", "xlm-roberta")
    extra = {"add_pooling_layer": False} if pooled else {}
    return AutoModel.from_pretrained(base, dtype=torch.float32, attn_implementation=attention, **extra)


def fresh(checkpoint: Path | str, labels: Labels, mode: Mode, rank: int = 32) -> JointModel:
    """Return an untrained model on the encoder in `checkpoint` with the weights of `mode` ready to be trained."""
    base = _encoder(checkpoint, "sdpa")
    encoder: nn.Module = base
    if mode is Mode.LORA:
        config = LoraConfig(
            r=rank,
            lora_alpha=2 * rank,
            lora_dropout=0.05,
            target_modules="all-linear",
        )
        adapted = get_peft_model(base, config)
        # Kept with the adapter: a path on this machine means nothing elsewhere.
        adapted.peft_config["default"].base_model_name_or_path = Path(checkpoint).name
        encoder = adapted
    elif mode is Mode.FROZEN:
        frozen = ["embeddings.", *(f"encoder.layer.{n}." for n in range(FROZEN_LAYERS))]
        for name, parameter in encoder.named_parameters():
            parameter.requires_grad = not name.startswith(tuple(frozen))
    return JointModel(encoder, base.config.hidden_size, labels)


def trained_parameters(model: nn.Module) -> int:
    """Count the weights that training changes."""
    return sum(p.numel() for p in model.parameters() if p.requires_grad)


def save(model: JointModel, labels: Labels, folder: Path) -> None:
    """Keep an adapter and heads (mode `lora`) or everything (the other modes)."""
    folder.mkdir(parents=True, exist_ok=True)
    model.encoder.save_pretrained(str(folder))  # type: ignore[operator]
    save_file({name: tensor.contiguous() for name, tensor in model.heads.state_dict().items()}, folder / HEADS)
    labels.save(folder)


def load(checkpoint: Path | str, folder: Path) -> tuple[JointModel, Labels]:
    """Return what `save` kept, an adapter merged into its base; attention is `eager`, which can be exported."""
    labels = Labels.load(folder)
    adapter = (folder / "adapter_config.json").exists()
    base = _encoder(checkpoint if adapter else folder, "eager")
    encoder: nn.Module = PeftModel.from_pretrained(base, folder).merge_and_unload() if adapter else base  # type: ignore[operator]
    model = JointModel(encoder, base.config.hidden_size, labels)
    model.heads.load_state_dict(load_file(folder / HEADS))
    return model.eval(), labels
