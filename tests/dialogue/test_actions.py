import json

import pytest
from fastapi.testclient import TestClient

from assistant.constraint import Constraint, Operator
from assistant.reply import Decision, Reply
from assistant.state import ShoppingState
from assistant.turn.update import Act
from dialogue.actions import action_app
from dialogue.tracker import state_of

KEY = "a-secret-key"
STATE = ShoppingState(
    language="zh", turn=4, query=("手机",), constraints=(Constraint(attribute="brand", operator=Operator.EQUAL, value="Zento"),)
)  # fmt: skip


class RecordingTurn:
    """Remembers what it was asked, and fails when it is told to."""

    def __init__(self):
        self.calls, self.sessions, self.failure = [], [], None

    def run(self, act, parse, state, metadata, session):
        self.calls.append((act, parse, state, metadata))
        self.sessions.append(session)
        if self.failure:
            raise self.failure
        reply = Reply(
            text="found it", language="en", decision=Decision(intent=parse.intent, confidence=parse.confidence)
        )
        return reply, state.model_copy(update={"turn": state.turn + 1})


@pytest.fixture
def turn():
    return RecordingTurn()


@pytest.fixture
def post(turn):
    client = TestClient(action_app(turn, KEY))

    def send(key=KEY, **changes):
        call = {
            "next_action": "action_search",
            "sender_id": "s",
            "tracker": {
                "slots": {"shopping_state": STATE.model_dump(mode="json", exclude_defaults=True)},
                "latest_message": {
                    "text": "a phone",
                    "intent": {"name": "search", "confidence": 0.8},
                    "entities": [{"entity": "product", "value": "phone", "start": 2, "end": 7}],
                    "metadata": {"page_size": 3},
                },
            },
            "domain": {},
        }
        return client.post("/webhook", params={} if key is None else {"key": key}, json=call | changes)

    return send


@pytest.mark.parametrize("key", [None, "", "wrong", KEY + "x", KEY.upper()])
def test_without_the_key_nothing_is_done(post, turn, key):
    assert post(key=key).status_code == 403
    assert turn.calls == []


def test_a_key_in_another_script_is_only_wrong(post):
    assert post(key="钥匙").status_code == 403


def test_the_call_becomes_values(post, turn):
    assert post().status_code == 200
    ((act, parse, state, metadata),) = turn.calls
    assert act is Act.SEARCH
    assert (parse.text, parse.intent, parse.confidence) == ("a phone", "search", 0.8)
    assert [(e.entity, e.value, e.start, e.end) for e in parse.entities] == [("product", "phone", 2, 7)]
    assert state == STATE
    assert metadata == {"page_size": 3}


def test_the_answer_has_rasas_shape(post):
    answer = post().json()
    assert set(answer) == {"events", "responses"}
    (event,), (response,) = answer["events"], answer["responses"]
    assert (event["event"], event["name"]) == ("slot", "shopping_state")
    assert ShoppingState.model_validate(event["value"]).turn == 5
    assert response["text"] == "found it"
    assert Reply.model_validate(response["custom"]["reply"]).text == "found it"


@pytest.mark.parametrize("failure", [RuntimeError("boom"), KeyError("x"), MemoryError()])
def test_a_turn_that_breaks_still_answers_and_forgets_nothing(post, turn, failure):
    turn.failure = failure
    answer = post().json()
    assert "请稍后" in answer["responses"][0]["text"]
    assert "boom" not in json.dumps(answer)
    assert ShoppingState.model_validate(answer["events"][0]["value"]) == STATE


def test_an_unknown_action_is_answered_too(post, turn):
    answer = post(next_action="action_fly")
    assert answer.status_code == 200
    assert "请稍后" in answer.json()["responses"][0]["text"]
    assert turn.calls == []


@pytest.mark.parametrize("tracker", [{}, {"slots": None, "latest_message": None}, {"slots": {"shopping_state": None}}])
def test_a_conversation_that_begins_has_an_empty_state(post, turn, tracker):
    assert post(tracker=tracker).status_code == 200
    assert turn.calls[0][2] == ShoppingState()


def test_a_state_survives_json():
    stored = json.loads(json.dumps(STATE.model_dump(mode="json", exclude_defaults=True)))
    assert state_of({"slots": {"shopping_state": stored}}) == STATE


def _price(value):
    return {"query": ["phone"], "constraints": [{"attribute": "price", "operator": "<=", "value": value}]}


@pytest.mark.parametrize(
    "stored",
    [
        "not a state",
        7,
        ["a", "list"],
        {"colour": "red"},
        {"turn": "many"},
        {"language": "fr"},
        {"constraints": [{"attribute": "price"}]},
        _price({"amount": "200"}),
        _price({"number": "cheap"}),
        _price({"number": None}),
        # As the version before wrote it: no turn can work with it.
        _price("200"),
    ],
)
def test_a_state_that_no_longer_fits_starts_anew(stored):
    assert state_of({"slots": {"shopping_state": stored}}) == ShoppingState()
