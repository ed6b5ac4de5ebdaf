"""What the page says when it can't answer, without a browser and without Rasa."""

from __future__ import annotations

from types import SimpleNamespace

import pytest

from assistant.page.blocks import Page, message
from assistant.settings import Settings
from dialogue.server import RasaState


def page(state=RasaState.RUNNING, problem="", **settings):
    rasa = SimpleNamespace(state=state, problem=problem)
    return Page(SimpleNamespace(rasa=rasa, client=None, settings=Settings(**settings)))


@pytest.mark.parametrize("language", ["en", "zh"])
def test_the_page_says_why_rasa_cannot_start(language):
    shown = page(RasaState.FAILED, "no <model>").banner(language)
    assert 'role="alert"' in shown and "no &lt;model&gt;" in shown


def test_the_page_says_that_rasa_is_starting_and_then_nothing():
    assert "starting" in page(RasaState.STARTING).banner("en")
    assert page(RasaState.RUNNING).banner("en") == ""


def test_messages_are_limited_in_length_and_in_number():
    limited = page(messages_per_minute=2, message_length=10)
    assert "10" in limited.refused("a", "x" * 11, "en")
    assert [limited.refused("a", "hi", "en") is None for _ in range(3)] == [True, True, False]
    assert limited.refused("b", "hi", "en") is None


def test_a_bubble_holds_text_not_markup():
    assert message("user", "<b>hi</b>")["content"] == "&lt;b&gt;hi&lt;/b&gt;"
