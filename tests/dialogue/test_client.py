import asyncio
import json
import threading
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from assistant.reply import Decision, Reply
from dialogue import client as module
from dialogue.client import RasaClient
from dialogue.server import RasaError, free_port

REPLY = Reply(text="found it", language="en", decision=Decision(intent="search", confidence=1))
ANSWER = [{"recipient_id": "s", "custom": {"reply": REPLY.model_dump(mode="json")}}]


@contextmanager
def rasa(port=0, answers=(), tracker=None):
    """A server that gives `answers` ((status, JSON) each, the last one for ever) and keeps what it was sent."""
    received, answers = [], list(answers) or [(200, ANSWER)]

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self):
            received.append((self.path, json.loads(self.rfile.read(int(self.headers["Content-Length"])))))
            self._send(*(answers.pop(0) if len(answers) > 1 else answers[0]))

        def do_GET(self):
            received.append((self.path, None))
            self._send(200, tracker)

        def _send(self, status, body):
            self.send_response(status)
            self.end_headers()
            self.wfile.write(json.dumps(body).encode())

        def log_message(self, *arguments):
            pass

    server = ThreadingHTTPServer(("127.0.0.1", port), Handler)
    threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_port}", received
    finally:
        server.shutdown()
        server.server_close()


def ask(url, name, *arguments):
    async def once():
        client = RasaClient(url, "token")
        try:
            return await getattr(client, name)(*arguments)
        finally:
            await client.close()

    return asyncio.run(once())


@pytest.fixture(autouse=True)
def _hurry(monkeypatch):
    monkeypatch.setattr(module, "_PAUSE", 0.05)
    monkeypatch.setattr(module, "_PATIENCE", 10.0)


def test_a_message_is_sent_and_answered():
    with rasa() as (url, received):
        assert ask(url, "send", "s", "a phone", {"page_size": 3}) == REPLY
    path, body = received[0]
    assert path == "/webhooks/rest/webhook"
    assert body == {"sender": "s", "message": "a phone", "metadata": {"page_size": 3}}


@pytest.mark.parametrize(
    ("typed", "sent"), [("/restart", "restart"), ("  //restart", "restart"), ("/", "?"), ("", "?"), ("a/b", "a/b")]
)
def test_nothing_that_is_typed_is_a_command(typed, sent):
    with rasa() as (url, received):
        ask(url, "send", "s", typed)
    assert received[0][1]["message"] == sent


def test_what_is_done_is_a_command():
    with rasa() as (url, received):
        ask(url, "act", "s", "relax", {"remove": "key"})
    assert received[0][1] == {"sender": "s", "message": "/relax", "metadata": {"remove": "key"}}


def test_a_message_waits_for_a_server_that_is_down_and_is_delivered_once():
    port = free_port()
    replies = []
    asking = threading.Thread(target=lambda: replies.append(ask(f"http://127.0.0.1:{port}", "send", "s", "a phone")))
    asking.start()
    asking.join(0.3)
    assert replies == []
    with rasa(port) as (_, received):
        asking.join(10)
    assert replies == [REPLY]
    assert len(received) == 1


def test_a_server_that_breaks_is_asked_again():
    with rasa(answers=[(500, {}), (503, {}), (200, ANSWER)]) as (url, received):
        assert ask(url, "send", "s", "a phone") == REPLY
    assert len(received) == 3


def test_patience_ends(monkeypatch):
    monkeypatch.setattr(module, "_PATIENCE", 0.2)
    with pytest.raises(RasaError, match="restarted"):
        ask(f"http://127.0.0.1:{free_port()}", "send", "s", "a phone")


@pytest.mark.parametrize(
    "answer", [[], [{"recipient_id": "s", "text": "hi"}], [{"custom": None}], [{"custom": {"other": 1}}]]
)
def test_an_answer_without_a_reply_is_an_error(answer):
    with rasa(answers=[(200, answer)]) as (url, received), pytest.raises(RasaError, match="nothing"):
        ask(url, "send", "s", "a phone")
    assert len(received) == 1


def test_the_last_reply_counts():
    first = {"custom": {"reply": REPLY.model_copy(update={"text": "first"}).model_dump(mode="json")}}
    with rasa(answers=[(200, [first, *ANSWER])]) as (url, _):
        assert ask(url, "send", "s", "a phone").text == "found it"


def test_loopback_needs_no_proxy(monkeypatch):
    """A shop behind a proxy: what is on this machine is reached directly."""
    monkeypatch.setattr(module, "_PATIENCE", 0.2)
    for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy"):
        monkeypatch.setenv(name, f"http://127.0.0.1:{free_port()}")
    for name in ("NO_PROXY", "no_proxy"):
        monkeypatch.delenv(name, raising=False)
    with rasa() as (url, _):
        assert ask(url, "send", "s", "a phone") == REPLY


def test_a_transcript_has_what_was_said_and_nothing_else():
    tracker = {
        "events": [
            {"event": "action", "name": "action_session_start"},
            {"event": "user", "text": "a phone"},
            {"event": "slot", "name": "shopping_state"},
            {"event": "bot", "text": "-", "data": {"custom": ANSWER[0]["custom"]}},
            {"event": "user", "text": "/relax"},
            {"event": "user", "text": None},
            {"event": "bot", "text": "plain", "data": {}},
        ]
    }
    with rasa(tracker=tracker) as (url, received):
        assert ask(url, "transcript", "s") == ["a phone", REPLY]
    assert received[0][0] == "/conversations/s/tracker?token=token"


def test_the_transcript_of_a_new_conversation_is_empty():
    with rasa(tracker={"events": None}) as (url, _):
        assert ask(url, "transcript", "s") == []
