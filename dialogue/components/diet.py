"""DIET that opens in seconds: Rasa traces the whole backward pass to build the weights, 40 s on two cores."""

from __future__ import annotations

from typing import Any

from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.nlu.classifiers.diet_classifier import DIET, DIETClassifier
from rasa.utils.tensorflow.constants import RUN_EAGERLY
from rasa.utils.tensorflow.model_data import RasaModelData


class _QuickDiet(DIET):
    """Its one building step runs eagerly; predictions are traced as ever."""

    @classmethod
    def load(
        cls,
        model_file_name: str,
        model_data_example: RasaModelData,
        predict_data_example: RasaModelData | None = None,
        finetune_mode: bool = False,
        *args: Any,  # noqa: ANN401 (Rasa's signature)
        **kwargs: Any,  # noqa: ANN401
    ) -> DIET:
        """Load the weights as `RasaModel.load` does."""
        config = {**kwargs.pop("config"), RUN_EAGERLY: True}
        model = super().load(model_file_name, model_data_example, None, finetune_mode, *args, config=config, **kwargs)
        model.run_eagerly = False
        if not finetune_mode and predict_data_example:
            model.run_inference(predict_data_example)
        return model


@DefaultV1Recipe.register(
    [DefaultV1Recipe.ComponentType.INTENT_CLASSIFIER, DefaultV1Recipe.ComponentType.ENTITY_EXTRACTOR], is_trainable=True
)
class QuickDietClassifier(DIETClassifier):
    """Rasa's DIETClassifier with the same options."""

    @staticmethod
    def model_class() -> type[DIET]:
        """Return the model that is trained and loaded."""
        return _QuickDiet
