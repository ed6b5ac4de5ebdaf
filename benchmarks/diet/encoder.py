"""Dense features from our ONNX sentence encoder: one vector for the sentence and one for each token."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import onnxruntime
from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.nlu.constants import DENSE_FEATURIZABLE_ATTRIBUTES, TOKENS_NAMES
from rasa.nlu.featurizers.dense_featurizer.dense_featurizer import DenseFeaturizer
from rasa.nlu.tokenizers.tokenizer import Tokenizer
from rasa.shared.nlu.constants import FEATURE_TYPE_SENTENCE, FEATURE_TYPE_SEQUENCE, TEXT
from rasa.shared.nlu.training_data.features import Features
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData
from tokenizers import Tokenizer as WordPieces

_PREFIX = "query: "


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.MESSAGE_FEATURIZER, is_trainable=False)
class OnnxEncoderFeaturizer(DenseFeaturizer, GraphComponent):
    """multilingual-e5 in ONNX: a token's vector is the mean of the states of its word pieces."""

    @classmethod
    def required_components(cls) -> list[type]:
        """Return what must run before: a tokenizer."""
        return [Tokenizer]

    @staticmethod
    def required_packages() -> list[str]:
        """Return the packages that must be importable."""
        return ["onnxruntime", "tokenizers"]

    @staticmethod
    def get_default_config() -> dict[str, Any]:
        """Return the options: `folder` holds model.onnx and tokenizer.json, relative to the working directory."""
        return {**DenseFeaturizer.get_default_config(), "folder": "var/models/encoder", "max_tokens": 128, "threads": 1}

    @classmethod
    def create(
        cls, config: dict[str, Any], model_storage: ModelStorage, resource: Resource, context: ExecutionContext
    ) -> OnnxEncoderFeaturizer:
        """Load the model."""
        return cls(config, context.node_name)

    @classmethod
    def load(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
        **kwargs: Any,  # noqa: ANN401 (Rasa's signature)
    ) -> OnnxEncoderFeaturizer:
        """Load the model; nothing of it is kept in Rasa's model archive."""
        return cls(config, execution_context.node_name)

    def __init__(self, config: dict[str, Any], name: str) -> None:
        """Open the session; the error names the missing file and the remedy."""
        super().__init__(name, config)
        folder = Path(config["folder"])
        if not (folder / "model.onnx").exists():
            raise FileNotFoundError(f"no encoder in {folder.resolve()}; run: make build")
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = config["threads"]
        options.log_severity_level = 3
        self._session = onnxruntime.InferenceSession(
            str(folder / "model.onnx"), options, providers=["CPUExecutionProvider"]
        )
        self._pieces = WordPieces.from_file(str(folder / "tokenizer.json"))
        self._pieces.enable_truncation(config["max_tokens"])

    def _encode(self, text: str, spans: list[tuple[int, int]]) -> tuple[np.ndarray, np.ndarray]:
        encoding = self._pieces.encode(_PREFIX + text)
        ids = np.array([encoding.ids], dtype=np.int64)
        sentence, states = self._session.run(
            ["sentence", "tokens"], {"input_ids": ids, "attention_mask": np.ones_like(ids)}
        )
        offsets = [(start - len(_PREFIX), end - len(_PREFIX)) for start, end in encoding.offsets]
        rows = []
        for start, end in spans:
            inside = [i for i, (s, e) in enumerate(offsets) if s < end and e > start and e > s]
            rows.append(states[0][inside].mean(axis=0) if inside else np.zeros(states.shape[-1], np.float32))
        return np.stack(rows), sentence

    def process(self, messages: list[Message]) -> list[Message]:
        """Add features to messages."""
        for message in messages:
            self._add(message, TEXT)
        return messages

    def process_training_data(self, training_data: TrainingData) -> TrainingData:
        """Add features to the training examples."""
        for message in training_data.training_examples:
            for attribute in DENSE_FEATURIZABLE_ATTRIBUTES:
                self._add(message, attribute)
        return training_data

    def _add(self, message: Message, attribute: str) -> None:
        tokens = message.get(TOKENS_NAMES[attribute])
        text: str | None = message.get(attribute)
        if not tokens or not text:
            return
        sequence, sentence = self._encode(text, [(token.start, token.end) for token in tokens])
        for features, kind in ((sequence, FEATURE_TYPE_SEQUENCE), (sentence, FEATURE_TYPE_SENTENCE)):
            message.add_features(Features(features, kind, attribute, self._identifier))

    @classmethod
    def validate_config(cls, config: dict[str, Any]) -> None:
        """Refuse nothing: a missing folder is reported when it is opened."""
