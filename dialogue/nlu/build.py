"""Builds the model that Rasa serves from the trained weights in the repository."""

from __future__ import annotations

from pathlib import Path

from dialogue.components.runtime import MODEL
from retrieval.models import Say, built, checkpoint, stamp_of

WEIGHTS = Path(__file__).parents[1] / "weights" / "nlu"
FOLDER = "nlu"


def build_nlu(models: Path, say: Say, weights: Path = WEIGHTS) -> Path:
    """Return the folder of the joint model as ONNX int8, exporting it where the weights have changed."""
    here = Path(__file__)
    kept = sorted(file for file in weights.iterdir() if file.suffix in (".safetensors", ".json"))
    folder, stamp = models / FOLDER, stamp_of(*kept, here.with_name("model.py"), here.with_name("export.py"))
    if not built(folder, stamp) or not (folder / MODEL).exists():
        from dialogue.nlu.export import export  # imports torch: only when something is built
        from dialogue.nlu.model import Labels

        say("Exporting the intent-and-slot model to ONNX int8 …")
        export(Labels.load(weights).base or checkpoint(models, say), weights, folder)
        (folder / "stamp").write_text(stamp)
    return folder
