"""One running stack for all tests that need Rasa: the demo catalogue, the trained model and the page, as `make test` made them."""

from __future__ import annotations

import asyncio
import uuid

import pytest

from assistant.page.server import page_app
from assistant.settings import settings
from assistant.stack import BackgroundServer, Stack
from dialogue.client import RasaClient
from dialogue.server import free_port
from dialogue.train import MODEL


@pytest.fixture(scope="session")
def stack():
    config = settings()
    if not (config.var / "rasa" / MODEL).exists() or not (config.store / "CURRENT").exists():
        pytest.skip("nothing is built: run `make test`, which trains the dialogue model and ingests the demo catalogue")
    with Stack(config) as running:
        yield running


@pytest.fixture(scope="session")
def page(stack):
    server = BackgroundServer(page_app(stack), "127.0.0.1", free_port())
    server.start()
    yield f"http://127.0.0.1:{server.port}"
    server.stop()


class Talk:
    """One conversation, spoken synchronously."""

    def __init__(self, stack: Stack) -> None:
        self.sender = str(uuid.uuid4())
        self._stack = stack

    def _run(self, name, *arguments):
        async def once():
            # A client of its own: each call runs in a loop of its own.
            client = RasaClient(self._stack.rasa.url, self._stack.rasa.token)
            try:
                return await getattr(client, name)(self.sender, *arguments)
            finally:
                await client.close()

        return asyncio.run(once())

    def say(self, text, **metadata):
        return self._run("send", text, metadata)

    def remove(self, key):
        return self._run("act", "relax", {"remove": key})

    def transcript(self):
        return self._run("transcript")


@pytest.fixture
def new_talk(stack):
    return lambda: Talk(stack)


@pytest.fixture
def talk(new_talk):
    return new_talk()
