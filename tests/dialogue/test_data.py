import re
from collections import Counter, defaultdict
from pathlib import Path

import pytest
import yaml

from assistant.turn.update import Act

ROOT = Path(__file__).parents[2]
DIALOGUE = ROOT / "dialogue"
FALLBACK = "nlu_fallback"
_MARKED = re.compile(r"\[(?P<text>[^\]]+)\](?:\((?P<entity>[^)]+)\)|\{(?P<json>[^}]+)\})")
_HAN = re.compile(r"[\u3400-\u9fff]")


def _load(path):
    return yaml.safe_load(path.read_text("utf-8"))


def _examples(path):
    """Yield (intent, example as it is written) of an NLU file."""
    for block in _load(path)["nlu"]:
        for line in block["examples"].splitlines():
            yield block["intent"], line.removeprefix("-").strip()


def _plain(example):
    """Return what a shopper would type, in the form in which texts are compared."""
    return " ".join(_MARKED.sub(r"\g<text>", example).casefold().split())


DOMAIN = _load(DIALOGUE / "domain.yml")
TRAINING = {language: list(_examples(DIALOGUE / "data" / "nlu" / f"{language}.yml")) for language in ("en", "zh")}
ALL = [pair for pairs in TRAINING.values() for pair in pairs]
DEV = {language: list(_examples(ROOT / "tests" / "data" / "nlu_dev" / f"{language}.yml")) for language in ("en", "zh")}
CHECK = [pair for pairs in DEV.values() for pair in pairs]
RULES = {
    next(s["intent"] for s in rule["steps"] if "intent" in s): [s["action"] for s in rule["steps"] if "action" in s]
    for rule in _load(DIALOGUE / "data" / "rules.yml")["rules"]
}


def test_the_actions_are_the_acts():
    assert DOMAIN["actions"] == [f"action_{act.value}" for act in Act]


def test_every_intent_has_its_rule():
    assert set(RULES) == set(DOMAIN["intents"])


@pytest.mark.parametrize("intent", DOMAIN["intents"])
def test_a_rule_runs_the_act_of_its_intent(intent):
    assert RULES[intent] == ["action_clarify" if intent in (FALLBACK, "unclear") else f"action_{intent}"]


@pytest.mark.parametrize("intent", [intent for intent in DOMAIN["intents"] if intent != FALLBACK])
@pytest.mark.parametrize("language", TRAINING)
def test_every_intent_is_trained_and_checked_in_both_languages(intent, language):
    assert sum(name == intent for name, _ in TRAINING[language]) >= 40
    assert sum(name == intent for name, _ in DEV[language]) >= 5


@pytest.mark.parametrize("language", TRAINING)
def test_each_file_is_in_its_language(language):
    han = [bool(_HAN.search(_plain(text))) for _, text in TRAINING[language]]
    share = sum(han) / len(han)
    assert share > 0.9 if language == "zh" else share < 0.1


@pytest.mark.parametrize("language", DEV)
def test_there_is_enough_to_measure_with(language):
    assert len(DEV[language]) >= 400


def test_no_intent_outweighs_the_others():
    for pairs in TRAINING.values():
        counts = Counter(intent for intent, _ in pairs)
        assert max(counts.values()) <= 20 * min(counts.values())


def test_the_guide_tells_every_intent_once():
    table = (DIALOGUE / "data" / "GUIDE.md").read_text("utf-8").split("## Spans")[0]
    told = [name for row in re.findall(r"^\| ([a-z_, ]+) \| ", table, re.M) for name in row.split(", ")]
    assert Counter(told) == Counter(["intent", *(intent for intent in DOMAIN["intents"] if intent != FALLBACK)])


def test_there_is_no_other_intent():
    assert {intent for intent, _ in [*ALL, *CHECK]} == set(DOMAIN["intents"]) - {FALLBACK}


@pytest.mark.parametrize("examples", [ALL, CHECK], ids=["training", "check"])
def test_no_text_has_two_intents(examples):
    intents = defaultdict(set)
    for intent, text in examples:
        intents[_plain(text)].add(intent)
    assert {text: names for text, names in intents.items() if len(names) > 1} == {}


@pytest.mark.parametrize("language", DEV)
def test_hardly_anything_that_is_checked_was_trained_on(language):
    """What was is short ("ok", 好的) and left out when it is measured (`assistant.cli.nlu.unseen`)."""
    trained = {_plain(text) for _, text in ALL}
    both = [_plain(text) for _, text in DEV[language] if _plain(text) in trained]
    assert len(both) <= 0.2 * len(DEV[language])
    assert len(DEV[language]) - len(both) >= 400


def test_entities_and_roles_are_those_of_the_domain():
    roles = {}
    for entity in DOMAIN["entities"]:
        name, more = next(iter(entity.items())) if isinstance(entity, dict) else (entity, {})
        roles[name] = set(more.get("roles", ()))
    for _, text in [*ALL, *CHECK]:
        for mark in _MARKED.finditer(text):
            marked = yaml.safe_load("{" + mark["json"] + "}") if mark["json"] else {"entity": mark["entity"]}
            assert marked["entity"] in roles, text
            assert marked.get("role") in {None, *roles[marked["entity"]]}, text


def test_every_mark_is_closed():
    assert [text for _, text in [*ALL, *CHECK] if re.search(r"[\[\]{}]", _MARKED.sub("", text))] == []
