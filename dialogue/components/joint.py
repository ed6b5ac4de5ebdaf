"""Rasa's view of the joint model: intent and entities of each message in one pass."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.nlu.constants import ENTITY_ATTRIBUTE_CONFIDENCE_TYPE, EXTRACTOR
from rasa.shared.constants import DEFAULT_NLU_FALLBACK_INTENT_NAME
from rasa.shared.nlu.constants import (
    ENTITIES,
    ENTITY_ATTRIBUTE_END,
    ENTITY_ATTRIBUTE_ROLE,
    ENTITY_ATTRIBUTE_START,
    ENTITY_ATTRIBUTE_TYPE,
    ENTITY_ATTRIBUTE_VALUE,
    INTENT,
    INTENT_RANKING_KEY,
    TEXT,
)
from rasa.shared.nlu.training_data.message import Message

from dialogue.components.runtime import JointRuntime


@DefaultV1Recipe.register(
    [DefaultV1Recipe.ComponentType.INTENT_CLASSIFIER, DefaultV1Recipe.ComponentType.ENTITY_EXTRACTOR],
    is_trainable=False,
)
class JointNlu(GraphComponent):
    """Serves the model that `python -m assistant train nlu` made; Rasa trains nothing of it."""

    @staticmethod
    def required_packages() -> list[str]:
        """Return the packages that must be importable."""
        return ["onnxruntime", "tokenizers"]

    @staticmethod
    def get_default_config() -> dict[str, Any]:
        """Return the options.

        `folder` of the exported model, relative to the working directory; `clarify_below`: an intent less probable than
        this is not acted on, Rasa's fallback intent takes its place (the ranking tells the guess).
        """
        return {"folder": "var/models/nlu", "threads": 1, "clarify_below": 0.35}

    @classmethod
    def create(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
    ) -> JointNlu:
        """Load the model; nothing of it is kept in Rasa's archive."""
        return cls(config)

    def __init__(self, config: dict[str, Any]) -> None:
        """Open the model; raises `FileNotFoundError` with the remedy when it is missing."""
        self._least = float(config["clarify_below"])
        self._runtime = JointRuntime(Path(config["folder"]), threads=config["threads"])

    def process(self, messages: list[Message]) -> list[Message]:
        """Add intent, ranking and entities to messages; an empty one (a button) stays as it is."""
        for message in messages:
            if text := message.get(TEXT):
                self._add(message, text)
        return messages

    def _add(self, message: Message, text: str) -> None:
        reading = self._runtime.read(text)
        ranking = [{"name": name, "confidence": probability} for name, probability in reading.intents]
        best = ranking[0]
        if reading.intents[0][1] < self._least:
            best = {"name": DEFAULT_NLU_FALLBACK_INTENT_NAME, "confidence": 1 - reading.intents[0][1]}
        message.set(INTENT, best, add_to_output=True)
        message.set(INTENT_RANKING_KEY, ranking[:10], add_to_output=True)
        entities = []
        for mark in reading.marks:
            entity = {
                ENTITY_ATTRIBUTE_TYPE: mark.entity,
                ENTITY_ATTRIBUTE_START: mark.start,
                ENTITY_ATTRIBUTE_END: mark.end,
                ENTITY_ATTRIBUTE_VALUE: text[mark.start : mark.end],
                ENTITY_ATTRIBUTE_CONFIDENCE_TYPE: mark.confidence,
                EXTRACTOR: type(self).__name__,
            }
            if mark.role:
                entity[ENTITY_ATTRIBUTE_ROLE] = mark.role
            entities.append(entity)
        message.set(ENTITIES, message.get(ENTITIES, []) + entities, add_to_output=True)
