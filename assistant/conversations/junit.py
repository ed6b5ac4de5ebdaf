"""JUnit XML of scripted conversations, for CI."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path
from xml.etree import ElementTree as xml

from assistant.conversations.runner import Outcome, Spoken

_FORBIDDEN = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""What XML 1.0 has no way to write (its section 2.2)."""


def write(outcomes: Sequence[Outcome], file: Path) -> None:
    """Write one test case a script; a failure tells every turn that went wrong, a known one counts as skipped."""
    known = sum(bool(outcome.known) for outcome in outcomes)
    failed = sum(outcome.failed for outcome in outcomes) - known
    suite = xml.Element(
        "testsuite", name="conversations", tests=str(len(outcomes)), failures=str(failed), skipped=str(known),
        time=f"{sum(o.seconds for o in outcomes):.3f}",
    )  # fmt: skip
    for outcome in outcomes:
        script = outcome.script
        case = xml.SubElement(
            suite, "testcase", classname=f"conversations.{script.language}", name=script.name,
            file=str(script.file), time=f"{outcome.seconds:.3f}",
        )  # fmt: skip
        wrong = [line for turn in outcome.turns if turn.failed for line in lines_of(turn)]
        if wrong and outcome.known:
            xml.SubElement(case, "skipped", message=_clean(outcome.known)).text = _clean("\n".join(wrong))
        elif wrong:
            xml.SubElement(case, "failure", message=_clean(wrong[0])).text = _clean("\n".join(wrong))
    xml.ElementTree(suite).write(file, encoding="utf-8", xml_declaration=True)


def _clean(text: str) -> str:
    return _FORBIDDEN.sub("\ufffd", text)


def lines_of(turn: Spoken) -> list[str]:
    """Return what went wrong in a turn, one line each."""
    said = turn.said[:200]
    told = [f"{said}: {turn.error}"] if turn.error else []
    return told + [f"{said}: expected {c.wanted}, found {c.found}" for c in turn.checks if not c.holds]
