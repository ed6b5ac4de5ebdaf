"""Rasa's own checks: `rasa data validate`, and `rasa test` of its policies and of its NLU on the dev sets."""

import json
import os
import subprocess

import pytest

from assistant.settings import ROOT, settings
from dialogue.server import environment
from dialogue.train import MODEL

pytestmark = pytest.mark.slow
PLACES = {"ACTION_ENDPOINT": "http://127.0.0.1", "ACTION_TOKEN": "-", "TRACKER_DB": os.devnull}


def rasa(*arguments):
    python = settings().rasa_python
    if not python.exists():
        pytest.skip(f"no Python for Rasa at {python}: run `make setup`")
    return subprocess.run(
        [str(python), "-m", "rasa", *arguments],
        cwd=ROOT, env=environment(PLACES), capture_output=True, text=True, timeout=300,
    )  # fmt: skip


@pytest.fixture(scope="module")
def model():
    file = settings().var / "rasa" / MODEL
    if not file.exists():
        pytest.skip("no trained dialogue model: run `make build`")
    return str(file)


def test_the_data_is_valid():
    done = rasa(
        "data", "validate", "--fail-on-warnings", "--config", "config.yml",
        "--domain", "dialogue/domain.yml", "--data", "dialogue/data/rules.yml", "dialogue/data/nlu",
    )  # fmt: skip
    assert done.returncode == 0, done.stdout[-3000:] + done.stderr[-3000:]


def test_the_policies_choose_the_action_of_the_intent(model, tmp_path):
    done = rasa(
        "test", "core", "--model", model, "--stories", "tests/data/rasa", "--out", str(tmp_path),
        "--endpoints", "dialogue/endpoints.yml", "--fail-on-prediction-errors", "--no-plot",
    )  # fmt: skip
    assert done.returncode == 0, done.stdout[-3000:] + done.stderr[-3000:]
    report = json.loads((tmp_path / "story_report.json").read_text())
    assert report["conversation_accuracy"]["total"] == 4


@pytest.mark.parametrize("language", ["en", "zh"])
def test_rasa_measures_what_we_measure(model, tmp_path, language):
    done = rasa(
        "test", "nlu", "--model", model, "--nlu", f"tests/data/nlu_dev/{language}.yml",
        "--domain", "dialogue/domain.yml", "--out", str(tmp_path), "--no-plot",
    )  # fmt: skip
    assert done.returncode == 0, done.stdout[-3000:] + done.stderr[-3000:]
    report = json.loads((tmp_path / "intent_report.json").read_text())
    assert report["accuracy"] >= 0.93
