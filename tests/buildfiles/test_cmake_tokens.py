"""The tokens of the CMake language: nothing is lost, and CMake's own lexer sees the same arguments."""

from __future__ import annotations

import glob

import pytest

from glibcheck.buildfiles.cmake.commands import parse
from glibcheck.buildfiles.cmake.tokens import tokens
from glibcheck.errors import RewriteError
from tests.tools import missing

TEXTS = {
    "every-kind": 'a(b "c d" [[e]] [=[ ]] ]=] (f) ) # g\n#[[ h\n]]\ni()\r\n',
    "escapes": 'a("\\"" \\( \\; \\\\ "\\\\")\n',
    "references": "a(${b} ${c_${d}} $ENV{e} $(MAKE) @f@)\n",
    "legacy": 'a(-DB="c d" e"f)g"h [i] [=j)\n',
    "line-continued-in-a-string": 'a("b \\\n  c")\n',
    "broken": 'a("b',
    "broken-bracket": "a([==[ ]=])",
    "odd-white-space": "\ufeff a\t(\x0b\x0c)\u2028\n",
    "empty": "",
}


@pytest.mark.parametrize("text", TEXTS.values(), ids=TEXTS.keys())
def test_tokens_joined_give_the_text(text: str) -> None:
    assert "".join(text[token.start : token.end] for token in tokens(text)) == text


@pytest.mark.parametrize(
    ("text", "arguments"),
    [
        pytest.param(TEXTS["every-kind"], ["b", '"c d"', "[[e]]", "[=[ ]] ]=]", "(", "f", ")"], id="every-kind"),
        pytest.param(TEXTS["escapes"], ['"\\""', "\\(", "\\;", "\\\\", '"\\\\"'], id="escapes"),
        pytest.param(TEXTS["references"], ["${b}", "${c_${d}}", "$ENV{e}", "$(MAKE)", "@f@"], id="references"),
        pytest.param(TEXTS["legacy"], ['-DB="c d"', 'e"f)g"h', "[i]", "[=j"], id="legacy"),
        pytest.param("a(b#c\n#)\nd)", ["b", "d"], id="comments-between-arguments"),
        pytest.param("a(b#[[c)]]d)", ["b", "d"], id="bracket-comment-between-arguments"),
        pytest.param("A_1  ( )", [], id="no-arguments"),
    ],
)
def test_arguments_are_told(text: str, arguments: list[str]) -> None:
    command = parse("CMakeLists.txt", text).commands[0]
    assert [argument.text for argument in command.arguments] == arguments


@pytest.mark.parametrize(
    ("text", "line", "message"),
    [
        pytest.param('a()\nb("c', 2, "does not end", id="string"),
        pytest.param("a()\nb([==[c]=])", 2, "does not end", id="bracket"),
        pytest.param("a(\n(b)\n", 1, "not closed", id="parenthesis"),
        pytest.param("a()\n)\n", 2, "a command was expected", id="parenthesis-too-many"),
        pytest.param("\n\na\n(b)", 3, "not followed by", id="parenthesis-on-the-next-line"),
        pytest.param("a()\nb() #[[c]] d()", 2, "does not start a line", id="two-commands-on-a-line"),
        pytest.param("3a()", 1, "a command was expected", id="name"),
    ],
)
def test_what_cmake_cannot_read_is_refused_with_its_line(text: str, line: int, message: str) -> None:
    with pytest.raises(RewriteError, match=message) as raised:
        parse("x.cmake", text)
    assert (raised.value.path, raised.value.line) == ("x.cmake", line)


@pytest.mark.oracle
def test_the_modules_of_cmake_are_read() -> None:
    paths = glob.glob("/usr/share/cmake-*/Modules/*.cmake")
    if not paths:
        missing("/usr/share/cmake-*/Modules")
    commands = 0
    for path in paths:
        with open(path, encoding="utf-8", newline="") as stream:
            text = stream.read()
        assert "".join(text[token.start : token.end] for token in tokens(text)) == text
        commands += len(parse(path, text).commands)
    assert commands > 10_000
