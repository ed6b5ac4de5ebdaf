"""A small training, broken off and resumed: checkpoints, logs, and weights that can be read back."""

import json
from pathlib import Path

import pytest

from assistant.cli.nlu import training_examples
from assistant.settings import ROOT, settings
from dialogue.nlu.data import read
from dialogue.nlu.model import load, trained_parameters
from dialogue.nlu.train import TrainingOptions, held_out, labels_of, train
from retrieval.models import checkpoint

INTENTS = ("greet", "goodbye", "cart_show", "undo")


@pytest.fixture(scope="module")
def examples():
    everything = read(*sorted((ROOT / "dialogue" / "data" / "nlu").glob("*.yml")))
    return [e for intent in INTENTS for e in [x for x in everything if x.intent == intent][:40]]


def steps(work: Path) -> list[int]:
    return sorted(int(folder.name.rpartition("-")[2]) for folder in work.glob("checkpoint-*"))


def test_a_training_goes_on_from_its_last_checkpoint(examples, tmp_path):
    base = checkpoint(settings().models, print)
    options = {"batch": 16, "rank": 4, "evaluate_every": 3}
    work, target = tmp_path / "work", tmp_path / "weights"
    train(examples, [], base, work, target, TrainingOptions(epochs=0.5, **options))
    first = steps(work)[-1]
    measures = train(examples, [], base, work, target, TrainingOptions(epochs=2.0, **options), resume=True)
    state = json.loads((work / f"checkpoint-{steps(work)[-1]}" / "trainer_state.json").read_text())
    assert steps(work)[-1] > first
    # What was logged before it was broken off is still told.
    assert min(entry["step"] for entry in state["log_history"]) <= first
    assert list(work.rglob("events.out.tfevents.*"))
    assert 0 < measures["score"] <= 1
    model, labels = load(base, target)
    assert set(labels.intents) == set(INTENTS)
    assert trained_parameters(model) > 0


def test_what_is_held_out_is_of_every_intent_and_not_trained_on(examples):
    kept, held = held_out(examples)
    assert {e.intent for e in held} == set(INTENTS)
    assert not {e.key for e in kept} & {e.key for e in held}
    assert labels_of(examples).intents == tuple(sorted(INTENTS))


def test_nothing_that_is_measured_is_generated():
    written, made = training_examples(ROOT / "assistant" / "demo", 60)
    kept_apart = {e.key for e in read(*sorted((ROOT / "tests" / "data").glob("nlu_*/*.yml")))}
    assert made
    assert not {e.key for e in made} & kept_apart
    assert len(written) > len(made)
