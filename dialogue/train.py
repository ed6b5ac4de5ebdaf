"""Trains Rasa's model, but only when what it is made from has changed."""

from __future__ import annotations

import hashlib
import os
import re
import subprocess
from collections.abc import Callable
from pathlib import Path

from dialogue.server import ROOT, environment

MODEL = "shop.tar.gz"
_SOURCES = ("config.yml", "dialogue/domain.yml", "dialogue/data", "dialogue/components", "dialogue/requirements.lock")
_EPOCHS = re.compile(r"Epochs:\s+(\d+)%")
_ENCODER = "var/models/encoder/stamp"


class TrainingError(RuntimeError):
    """Rasa could not train; says why."""


def fingerprint() -> str:
    """Return a digest of everything that the model is made from."""
    digest = hashlib.sha256()
    files = [file for name in _SOURCES for file in _files(ROOT / name)]
    for file in [*sorted(files), ROOT / _ENCODER]:
        digest.update(str(file.relative_to(ROOT)).encode())
        digest.update(file.read_bytes() if file.exists() else b"")
    return digest.hexdigest()


def _files(path: Path) -> list[Path]:
    if not path.is_dir():
        return [path]
    return [p for p in path.rglob("*") if p.is_file() and p.suffix in (".yml", ".py")]


def train_if_needed(python: Path, folder: Path, say: Callable[[str], None], *, force: bool = False) -> bool:
    """Train into `folder/shop.tar.gz`; returns whether it was needed.

    Raises `TrainingError` with the end of Rasa's output when it fails; the old model then stays.
    """
    stamp, wanted = folder / "stamp", fingerprint()
    if not force and (folder / MODEL).exists() and stamp.exists() and stamp.read_text() == wanted:
        return False
    if not python.exists():
        raise TrainingError(f"no Python for Rasa at {python}; run: make setup")
    folder.mkdir(parents=True, exist_ok=True)
    command = [
        str(python), "-m", "rasa", "train", "--config", "config.yml", "--domain", "dialogue/domain.yml",
        "--data", "dialogue/data", "--out", str(folder), "--fixed-model-name", "fresh",
    ]  # fmt: skip
    say("Training the dialogue model (about three minutes) …")
    places = {"ACTION_ENDPOINT": "http://127.0.0.1", "ACTION_TOKEN": "-", "TRACKER_DB": os.devnull}
    with subprocess.Popen(
        command,
        cwd=ROOT,
        env=environment(places),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
    ) as process:
        tail = _follow(process, say)
    if process.returncode:
        raise TrainingError("Rasa could not train:\n" + "\n".join(tail[-12:]))
    (folder / "fresh.tar.gz").replace(folder / MODEL)
    stamp.write_text(wanted)
    return True


def _follow(process: subprocess.Popen[bytes], say: Callable[[str], None]) -> list[str]:
    """Report the epochs as they pass; returns the last lines that were printed."""
    assert process.stdout is not None
    tail: list[str] = []
    told, line = -1, b""
    # The progress bar ends its lines with a carriage return only.
    while byte := process.stdout.read(1):
        if byte not in b"\r\n":
            line += byte
            continue
        text = line.decode("utf-8", "replace").strip()
        line = b""
        if match := _EPOCHS.search(text):
            percent = int(match[1]) // 10 * 10
            if percent > told:
                told = percent
                say(f"Training the dialogue model: {percent} %")
        elif text:
            tail = [*tail[-40:], text]
    return tail
