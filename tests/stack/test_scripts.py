"""Every scripted conversation, against the stack that all tests share."""

import asyncio

import pytest

from assistant.cli.converse import kill_rasa
from assistant.conversations.junit import lines_of
from assistant.conversations.runner import run
from assistant.conversations.script import read_scripts
from assistant.settings import ROOT
from dialogue.client import RasaClient

SCRIPTS = read_scripts(ROOT / "tests" / "conversations")


@pytest.mark.parametrize("script", SCRIPTS, ids=lambda s: f"{s.language}-{s.file.stem}")
def test_a_script(stack, script):
    async def spoken():
        client = RasaClient(stack.rasa.url, stack.rasa.token)
        try:
            return await run(script, client, stack.catalogue.get().product, lambda: kill_rasa(stack))
        finally:
            await client.close()

    outcome = asyncio.run(spoken())
    wrong = [line for turn in outcome.turns for line in lines_of(turn)]
    if outcome.known:
        # Not strict: what passes by a kinder wording today is still not right for good.
        pytest.xfail(outcome.known)
    assert not wrong, "\n".join(wrong)


@pytest.mark.parametrize("language", ["en", "zh"])
def test_there_are_enough_scripts(language):
    scripts = [s for s in SCRIPTS if s.language == language]
    assert len(scripts) >= 30
    assert all(4 <= len(s.turns) <= 15 for s in scripts), [s.name for s in scripts if not 4 <= len(s.turns) <= 15]
