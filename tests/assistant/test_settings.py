from __future__ import annotations

import pytest
from pydantic import ValidationError

from assistant.settings import ROOT, Settings


def test_every_setting_is_documented_in_the_readme():
    readme = (ROOT / "README.md").read_text("utf-8")
    assert [n for n in Settings.model_fields if f"`ASSISTANT_{n.upper()}`" not in readme] == []


def test_an_unknown_setting_is_refused_by_name(monkeypatch):
    monkeypatch.setenv("ASSISTANT_PROT", "1")
    with pytest.raises(ValidationError, match="ASSISTANT_PROT"):
        Settings()


def test_a_wrong_value_is_refused(monkeypatch):
    monkeypatch.setenv("ASSISTANT_PORT", "70000")
    with pytest.raises(ValidationError, match="port"):
        Settings()


def test_it_listens_on_this_machine_only_unless_told():
    assert Settings().host == "127.0.0.1"
