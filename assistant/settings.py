"""Settings: environment variables `ASSISTANT_*` or a file `.env`; unknown names are refused, all checked at start."""

from __future__ import annotations

import os
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Annotated

from pydantic import Field, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

ROOT = Path(__file__).resolve().parent.parent
_PREFIX = "ASSISTANT_"


class Settings(BaseSettings):
    """All that can be set; every field is documented in the README's table of settings."""

    model_config = SettingsConfigDict(env_prefix=_PREFIX, env_file=ROOT / ".env", extra="forbid")

    var: Path = Field(ROOT / "var", description="folder of everything that is built: models, stores, trackers")
    store: Path = Field(ROOT / "var" / "store", description="folder of the catalogue that is served")
    encoder: str = Field("", description="name or path of another sentence encoder; empty: multilingual-e5-small")
    reranker: str = Field("", description="name or path of another cross-encoder; empty: the fine-tuned one")
    host: str = Field("127.0.0.1", description="address the page listens on")
    port: Annotated[int, Field(ge=0, le=65535)] = Field(7860, description="port of the page; 0: any free one")
    threads: Annotated[int, Field(ge=0)] = Field(0, description="threads of one model call; 0: one a core")
    page_size: Annotated[int, Field(ge=1, le=20)] = Field(5, description="products shown in one reply")
    rerank: Annotated[int, Field(ge=1, le=200)] = Field(50, description="candidates that the cross-encoder reorders")
    candidates: Annotated[int, Field(ge=10, le=1000)] = Field(150, description="candidates taken from each retriever")
    messages_per_minute: Annotated[int, Field(ge=1)] = Field(30, description="rate limit of one conversation")
    message_length: Annotated[int, Field(ge=10)] = Field(2000, description="characters of one message at most")
    rasa_python: Path = Field(ROOT / ".venv-rasa" / "bin" / "python", description="Python of Rasa's environment")
    sparql_endpoint: str = Field(
        "", description="SPARQL 1.1 endpoint that `ingest` writes the graph to; empty: a folder of the store"
    )
    watch_database: str = Field(
        "", description="SQLAlchemy URL of what shoppers wait for; empty: a file in the folder above"
    )
    currency: str = Field("USD", description="currency of catalogues that name none")
    exchange_rates: dict[str, Decimal] = Field(
        {"USD": Decimal(1), "CNY": Decimal("7.1"), "EUR": Decimal("0.9"), "GBP": Decimal("0.78")},
        description="units of each currency that one US dollar buys; turns a shopper's 3000元 into the catalogue's currency",
    )

    @model_validator(mode="after")
    def _no_strangers(self) -> Settings:
        known = {_PREFIX + name.upper() for name in type(self).model_fields}
        strangers = sorted(
            name for name in os.environ if name.upper().startswith(_PREFIX) and name.upper() not in known
        )
        if strangers:
            raise ValueError(f"unknown settings {', '.join(strangers)}; known are {', '.join(sorted(known))}")
        return self

    @property
    def watch_url(self) -> str:
        """The database of what shoppers wait for."""
        return self.watch_database or f"sqlite:///{self.var / 'watch.db'}"

    @property
    def models(self) -> Path:
        """The folder of converted and exported models."""
        return self.var / "models"


@cache
def settings() -> Settings:
    """Return the settings of this process, read once."""
    return Settings()
