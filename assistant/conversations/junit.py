"""JUnit XML of scripted conversations, for CI."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from xml.etree import ElementTree as xml

from assistant.conversations.runner import Outcome


def write(outcomes: Sequence[Outcome], file: Path) -> None:
    """Write one test case a script; a failure tells every turn that went wrong."""
    failed = sum(outcome.failed for outcome in outcomes)
    suite = xml.Element(
        "testsuite", name="conversations", tests=str(len(outcomes)), failures=str(failed),
        time=f"{sum(o.seconds for o in outcomes):.3f}",
    )  # fmt: skip
    for outcome in outcomes:
        script = outcome.script
        case = xml.SubElement(
            suite, "testcase", classname=f"conversations.{script.language}", name=script.name,
            file=str(script.file), time=f"{outcome.seconds:.3f}",
        )  # fmt: skip
        wrong = [line for turn in outcome.turns if turn.failed for line in lines_of(turn.said, turn.error, turn)]
        if wrong:
            xml.SubElement(case, "failure", message=wrong[0]).text = "\n".join(wrong)
    xml.ElementTree(suite).write(file, encoding="utf-8", xml_declaration=True)


def lines_of(said: str, error: str, turn: object) -> list[str]:
    """Return what went wrong in a turn, one line each."""
    checks = getattr(turn, "checks", ())
    told = [f"{said[:200]}: {error}"] if error else []
    return told + [f"{said[:200]}: expected {c.wanted}, found {c.found}" for c in checks if not c.holds]
