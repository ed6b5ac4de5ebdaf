"""`search` and `chat --json` as a script sees them."""

from __future__ import annotations

import json
import subprocess
import sys

import pytest

from assistant.settings import ROOT, settings
from dialogue.train import MODEL

pytestmark = pytest.mark.stack


def run(*arguments, text=""):
    if not (settings().var / "rasa" / MODEL).exists():
        pytest.skip("nothing is built: run `make test`")
    command = [sys.executable, "-m", "assistant", *arguments]
    done = subprocess.run(command, cwd=ROOT, input=text, capture_output=True, text=True, timeout=240)
    return done.returncode, [json.loads(line) for line in done.stdout.splitlines()], done.stderr


def test_chat_answers_each_line_and_a_reset_forgets():
    lines = ["a laptop under 700 dollars", "cheaper", '{"reset":true}', "only Sony", "我想买耳机"]
    code, turns, _ = run("chat", "--json", text="\n".join(lines) + "\n")
    assert code == 0 and [turn["user"] for turn in turns] == [line for line in lines if "reset" not in line]
    keys = {"user", "text", "intent", "entities", "slots", "products", "latency_ms"}
    assert all(set(turn) == keys for turn in turns)
    first, second, third, fourth = turns
    assert first["products"] and all(p["price"] <= 700 and p["why"] for p in first["products"])
    assert max(p["price"] for p in second["products"]) < min(p["price"] for p in first["products"])
    assert "category" not in third["slots"]
    assert fourth["slots"]["language"] == "zh"


def test_search_of_several_queries(tmp_path):
    queries = tmp_path / "queries.txt"
    queries.write_text("gaming laptop\n蓝牙音箱\n", "utf-8")
    code, rows, _ = run("search", "--queries", str(queries), "-k", "30", "--json")
    assert code == 0
    for query in ("gaming laptop", "蓝牙音箱"):
        mine = [row for row in rows if row["query"] == query]
        assert 1 <= len(mine) <= 30
        assert [row["rank"] for row in mine] == list(range(1, len(mine) + 1))
        assert [row["score"] for row in mine] == sorted((row["score"] for row in mine), reverse=True)
    assert set(rows[0]) == {"query", "rank", "id", "score", "title", "price", "currency"}


def test_a_store_that_is_not_there_gets_one_sentence(tmp_path):
    code, rows, said = run("search", "x", "--json", "--store", str(tmp_path / "none"))
    assert code == 1 and not rows and "no catalogue" in said and "Traceback" not in said
