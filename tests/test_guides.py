"""The guides of the course: every command that they show is one that the programs understand."""

from __future__ import annotations

import re
import shlex

import pytest

import grader.cli
import quizgen.cli
from tests.course_project import REPOSITORY

GUIDES = REPOSITORY / "content/course/guide"
PARSERS = {"quizgen": quizgen.cli.parser, "grader": grader.cli.parser}
_LINE = re.compile(r"^(?:quizgen|grader) .+$", re.MULTILINE)
_INLINE = re.compile(r"`((?:quizgen|grader) [^`]+)`")
_NAME = re.compile(r"(?:quizgen|grader)(?: [a-z]+(?:-[a-z]+)*)+")
TEXTS = {path.name: path.read_text(encoding="utf-8") for path in sorted(GUIDES.glob("*.md"))}
INLINE = {shown.removesuffix(" --help") for text in TEXTS.values() for shown in _INLINE.findall(text)}
NAMES = {shown for shown in INLINE if _NAME.fullmatch(shown)}
"""Mere names, as in “运行 `quizgen law add`”; everything else could be typed as it stands."""
WHOLE = INLINE - NAMES | {line for text in TEXTS.values() for line in _LINE.findall(text)}


@pytest.mark.parametrize("command", sorted(WHOLE))
def test_command_in_a_guide_can_be_typed(command: str) -> None:
    program, *arguments = shlex.split(command)

    options = PARSERS[program]().parse_args(arguments)

    assert callable(options.run)


@pytest.mark.parametrize("command", sorted(NAMES))
def test_command_named_in_a_guide_exists(command: str, capsys: pytest.CaptureFixture[str]) -> None:
    program, *names = command.split()

    with pytest.raises(SystemExit) as end:
        PARSERS[program]().parse_args([*names, "--help"])

    if end.value.code:
        raise end.value
    assert f"用法：{command}" in capsys.readouterr().out


def test_editors_guide_shows_every_command_of_quizgen() -> None:
    names = re.findall(r"^ {4}([a-z]+)\n", quizgen.cli.parser().format_help(), re.MULTILINE)

    assert names
    assert [name for name in names if f"quizgen {name}" not in TEXTS["editor.md"]] == []
