"""Exports transformers models to ONNX and quantises them to int8 (dynamic, per channel) for onnxruntime."""

from __future__ import annotations

import logging
import tempfile
import warnings
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import onnxruntime
import torch
from onnxruntime.quantization import QuantType, quantize_dynamic
from tokenizers import Tokenizer


class _MeanPooled(torch.nn.Module):
    """Adds mean pooling and L2 to an encoder; outputs the sentence vector and the token states."""

    def __init__(self, encoder: torch.nn.Module) -> None:
        super().__init__()
        self.encoder = encoder

    def forward(self, input_ids: torch.Tensor, attention_mask: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
        states = self.encoder(input_ids=input_ids, attention_mask=attention_mask).last_hidden_state
        mask = attention_mask.unsqueeze(-1).to(states.dtype)
        mean = (states * mask).sum(1) / mask.sum(1)
        return torch.nn.functional.normalize(mean, dim=-1), states


class _Score(torch.nn.Module):
    """Outputs the one logit of a cross-encoder, shape (batch,)."""

    def __init__(self, classifier: torch.nn.Module) -> None:
        super().__init__()
        self.classifier = classifier

    def forward(self, input_ids: torch.Tensor, attention_mask: torch.Tensor) -> torch.Tensor:
        return self.classifier(input_ids=input_ids, attention_mask=attention_mask).logits[:, 0]


Axes = dict[int, str]


def quantised(
    module: torch.nn.Module, inputs: dict[str, tuple[torch.Tensor, Axes]], outputs: dict[str, Axes], target: Path
) -> None:
    """Trace `module` over example `inputs` (in the order of its arguments) and write an int8 model to the file `target`.

    Inputs and outputs map names to their dynamic axes.
    """
    with tempfile.TemporaryDirectory(dir=target.parent) as folder, warnings.catch_warnings():
        warnings.simplefilter("ignore")
        logging.getLogger("onnxruntime").setLevel(logging.ERROR)
        plain = Path(folder) / "model.onnx"
        torch.onnx.export(
            module.eval(),
            tuple(tensor for tensor, _ in inputs.values()),
            str(plain),
            input_names=list(inputs),
            output_names=list(outputs),
            dynamic_axes={name: axes for name, (_, axes) in inputs.items()} | outputs,
            opset_version=17,
            dynamo=False,
        )
        small = Path(folder) / "int8.onnx"
        quantize_dynamic(plain, small, weight_type=QuantType.QInt8, per_channel=True)
        small.replace(target)


def export(module: torch.nn.Module, target: Path, outputs: dict[str, tuple[str, ...]]) -> None:
    """Trace `module(input_ids, attention_mask)` and write an int8 model to `target` (file name `model.onnx`).

    `outputs` maps each output's name to its dynamic axes in order, such as `("batch", "sequence")`.
    """
    ids = torch.tensor([[0, 5, 6, 2], [0, 7, 2, 1]])
    axes = {0: "batch", 1: "sequence"}
    target.mkdir(parents=True, exist_ok=True)
    quantised(
        module,
        {"input_ids": (ids, axes), "attention_mask": ((ids != 1).long(), axes)},
        {name: dict(enumerate(dynamic)) for name, dynamic in outputs.items()},
        target / "model.onnx",
    )


def export_encoder(encoder: torch.nn.Module, target: Path) -> None:
    """Write a mean-pooling sentence encoder: outputs `sentence` (batch, hidden) and `tokens` (batch, sequence, hidden)."""
    export(_MeanPooled(encoder), target, {"sentence": ("batch",), "tokens": ("batch", "sequence")})


def export_cross_encoder(classifier: torch.nn.Module, target: Path) -> None:
    """Write a cross-encoder: output `score` (batch,), a logit."""
    export(_Score(classifier), target, {"score": ("batch",)})


class OnnxModel:
    """A tokenizer and an onnxruntime session that read texts or pairs of texts, padded to the longest of a batch."""

    def __init__(self, folder: Path, *, max_tokens: int, threads: int = 0) -> None:
        """Load `folder/model.onnx` and `folder/tokenizer.json`; texts are cut at `max_tokens`."""
        self._tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
        self._tokenizer.enable_truncation(max_tokens, strategy="longest_first")
        self._tokenizer.enable_padding(pad_id=self._tokenizer.token_to_id("<pad>") or 0)
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = threads
        options.log_severity_level = 3
        self._session = onnxruntime.InferenceSession(
            str(folder / "model.onnx"), options, providers=["CPUExecutionProvider"]
        )

    def run(self, output: str, texts: Sequence[str] | Sequence[tuple[str, str]]) -> np.ndarray:
        """Return output `output` for one batch, first axis = `texts`."""
        encodings = self._tokenizer.encode_batch(list(texts))
        feed = {
            "input_ids": np.array([e.ids for e in encodings], dtype=np.int64),
            "attention_mask": np.array([e.attention_mask for e in encodings], dtype=np.int64),
        }
        return self._session.run([output], feed)[0]
