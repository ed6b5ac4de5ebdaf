import json
from decimal import Decimal

import pytest
import yaml

from assistant.conversations.script import ScriptError, comparison, read_scripts
from assistant.settings import ROOT
from assistant.turn.update import Act

FOLDER = ROOT / "tests" / "conversations"


def written(tmp_path, turns):
    file = tmp_path / "script.yml"
    file.write_text(f"name: one\nlanguage: en\nturns:\n{turns}", "utf-8")
    return read_scripts(file)


@pytest.mark.parametrize(
    ("turns", "told"),
    [
        ("  - {say: a, press: b}", "turn 1: .*exactly one"),
        ("  - {expect: {count: 1}}", "turn 1: .*exactly one"),
        ("  - {say: ' '}", "turn 1: .*empty"),
        ("  - {say: a, repeat: 0}", "turn 1 → repeat"),
        ("  - {say: a, sya: b}", "turn 1 → sya"),
        ("  - {kill: rasa, expect: {count: 1}}", "turn 1: .*next turn"),
        ("  - {kill: chroma}", "turn 1 → kill"),
        ("  - {press: '('}", "turn 1 → press: .*no regular expression"),
        ("  - {say: a}\n  - {say: b, expect: {inten: greet}}", "turn 2 → expect → inten"),
        ("  - {say: a, expect: {every: price <<}}", "every: .*character"),
        ("  - {say: a, expect: {state: price <=}}", "state: .*character"),
        ("  - {say: a, expect: {text: [a, '*']}}", "text → item 2: .*no regular expression"),
        ("  - {say: a, expect: {count: many}}", "count: .*>= 1"),
        ("  - {say: a, expect: {route: desk}}", "route"),
        ("  - {say: a, expect: {language: fr}}", "language"),
        ("  []", "turns"),
        ("  5", "turns"),
        ("  - {say: [", "script.yml"),
    ],
)
def test_a_broken_script_says_where(tmp_path, turns, told):
    with pytest.raises(ScriptError, match=f"script.yml: .*{told}|{told}") as error:
        written(tmp_path, turns + "\n")
    assert "script.yml" in str(error.value)


def test_a_missing_file_is_named(tmp_path):
    with pytest.raises(ScriptError, match="nowhere"):
        read_scripts(tmp_path / "nowhere")


@pytest.mark.parametrize(
    ("text", "number", "holds"),
    [
        (5, 5, True),
        ("5", 4, False),
        (">= 1", 1, True),
        ("< 2", 2, False),
        ("<= 9.5", "9.5", True),
        (9.99, "9.99", True),
    ],
)
def test_comparisons(text, number, holds):
    assert comparison(text)(Decimal(number)) is holds


def test_a_name_that_nothing_has_is_told(tmp_path):
    (script,) = written(
        tmp_path,
        """
  - {say: a, expect: {every: brnd != "A" and memory > 8, without: [colour], asks: facet}}
  - {say: b, expect: {state: [ideally memry >= 8], asks: colr, asks_not: [price]}}
""",
    )
    told = script.unknown({"memory", "colour"})
    assert [line.partition(": ")[2] for line in told] == [
        "turn 1: nothing is called 'brnd'", "turn 2: nothing is called 'colr'", "turn 2: nothing is called 'memry'",
    ]  # fmt: skip


def test_the_scripts_speak_only_of_what_the_demo_knows():
    lines = [
        line for file in (ROOT / "assistant" / "demo").glob("*.jsonl") for line in file.read_text("utf-8").splitlines()
    ]
    products = [json.loads(line) for line in lines]
    attributes = {name for product in products for name in product.get("attributes", {})}
    ids = {product["id"] for product in products}
    intents = set(yaml.safe_load((ROOT / "dialogue" / "domain.yml").read_text("utf-8"))["intents"])
    for script in read_scripts(FOLDER):
        assert not script.unknown(attributes)
        for step in script.turns:
            assert {*(step.expect.cart or ()), *step.expect.products} <= ids, (script.file, step.say)
            assert set(step.expect.intent) <= intents, (script.file, step.say)
            assert set(step.expect.act) <= set(Act), (script.file, step.say)


def test_every_script_expects_something_of_most_turns():
    for script in read_scripts(FOLDER):
        silent = [step for step in script.turns if not step.kill and step.expect == type(step.expect)()]
        assert len(silent) <= 1, script.file
