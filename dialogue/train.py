"""Trains Rasa's model, but only when what it is made from has changed."""

from __future__ import annotations

import hashlib
import os
import subprocess
from collections.abc import Callable
from pathlib import Path

from dialogue.server import ROOT, environment

MODEL = "shop.tar.gz"
# Not the utterances: the joint model learns from them, Rasa only has to see that there are some.
_SOURCES = (
    "config.yml",
    "dialogue/domain.yml",
    "dialogue/data/rules.yml",
    "dialogue/components",
    "dialogue/requirements.lock",
)


class TrainingError(RuntimeError):
    """Rasa could not train; says why."""


def fingerprint() -> str:
    """Return a digest of everything that the model is made from."""
    digest = hashlib.sha256()
    files = [file for name in _SOURCES for file in _files(ROOT / name)]
    for file in sorted(files):
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
        "--data", "dialogue/data/rules.yml", "dialogue/data/nlu", "--out", str(folder), "--fixed-model-name", "fresh",
    ]  # fmt: skip
    say("Training the dialogue model (about half a minute) …")
    places = {"ACTION_ENDPOINT": "http://127.0.0.1", "ACTION_TOKEN": "-", "TRACKER_DB": os.devnull}
    done = subprocess.run(
        command,
        cwd=ROOT,
        env=environment(places),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        errors="replace",
    )
    if done.returncode:
        raise TrainingError("Rasa could not train:\n" + "\n".join(done.stdout.splitlines()[-12:]))
    (folder / "fresh.tar.gz").replace(folder / MODEL)
    stamp.write_text(wanted)
    return True
