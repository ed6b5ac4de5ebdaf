"""The model that is served, as `make build` exported it."""

from collections import defaultdict

import pytest

from assistant.cli.nlu import unseen
from assistant.settings import settings
from dialogue.components.runtime import LABELS, JointRuntime
from dialogue.nlu.build import FOLDER, WEIGHTS
from dialogue.nlu.evaluate import measure, read_all
from dialogue.nlu.model import Labels

MODELS = settings().models


@pytest.fixture(scope="module")
def runtime():
    folder = MODELS / FOLDER
    if not (folder / LABELS).exists():
        pytest.skip(f"no model in {folder}: run `make build`")
    return JointRuntime(folder)


@pytest.fixture(scope="module", params=["en", "zh"])
def dev(request):
    return unseen()[request.param]


def test_it_reads_what_it_was_not_trained_on(runtime, dev):
    measures = measure(read_all(runtime.read, dev))
    assert measures.intent.value >= 0.92
    assert measures.slots.value >= 0.84


def test_no_intent_is_lost(runtime, dev):
    right: dict[str, list[bool]] = defaultdict(list)
    for outcome in read_all(runtime.read, dev):
        right[outcome.example.intent].append(outcome.intent == outcome.example.intent)
    # Of five utterances, two that fail say little.
    shares = {intent: sum(found) / len(found) for intent, found in right.items() if len(found) >= 10}
    assert {intent: share for intent, share in shares.items() if share < 0.6} == {}


def test_int8_reads_as_torch_does(runtime, dev):
    torch = pytest.importorskip("torch")
    from dialogue.nlu.model import load
    from dialogue.nlu.train import Encoded, collate, tokenizer_of

    base = MODELS / "multilingual-e5-small"
    if not base.exists():
        pytest.skip(f"no checkpoint in {base}: run `make build`")
    model, labels = load(base, WEIGHTS)
    some = dev[::3]
    encoded = Encoded(some, tokenizer_of(base), labels)
    batch = collate([encoded[i] for i in range(len(some))])
    with torch.inference_mode():
        intents, _ = model(**{k: v for k, v in batch.items() if not k.endswith("_labels")})
    same = [
        labels.intents[int(row.argmax())] == max(runtime.read(e.text).intents, key=lambda pair: pair[1])[0]
        for row, e in zip(intents, some, strict=True)
    ]
    assert sum(same) >= 0.95 * len(same)


@pytest.mark.parametrize(
    "text", ["?", " ", "🙂🙂", "<script>alert(1)</script>", "长" * 2000, "a " * 1000, "\u200b", "0"]
)
def test_anything_can_be_read(runtime, text):
    reading = runtime.read(text)
    assert sum(p for _, p in reading.intents) == pytest.approx(1, abs=1e-3)
    assert all(0 <= m.start < m.end <= len(text) for m in reading.marks)


def test_a_refusal_leads_exactly_from_the_threshold_on(runtime, dev):
    threshold = Labels.load(WEIGHTS).threshold
    for example in dev[::5]:
        intents = runtime.read(example.text).intents
        refused = dict(intents)[runtime.refuse] >= threshold
        assert (intents[0][0] == runtime.refuse) is refused


def test_a_missing_model_names_the_remedy(tmp_path):
    with pytest.raises(FileNotFoundError, match="make build"):
        JointRuntime(tmp_path)
