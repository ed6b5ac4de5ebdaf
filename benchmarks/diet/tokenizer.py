"""A tokenizer for mixed English and Chinese: words, numbers and single Han characters."""

from __future__ import annotations

from typing import Any

from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.nlu.tokenizers.tokenizer import Token, Tokenizer
from rasa.shared.nlu.training_data.message import Message

from dialogue.components.units import units


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.MESSAGE_TOKENIZER, is_trainable=False)
class MixedTokenizer(Tokenizer):
    """Splits texts of both languages in one pass; Han is split by character, as BERT does."""

    @staticmethod
    def get_default_config() -> dict[str, Any]:
        """Return the options that Rasa's base class reads."""
        return {"intent_tokenization_flag": False, "intent_split_symbol": "_", "token_pattern": None}

    def tokenize(self, message: Message, attribute: str) -> list[Token]:
        """Return the tokens of one attribute of `message` with their offsets."""
        text = message.get(attribute) or ""
        return [Token(text[start:end], start) for start, end in units(text)]
