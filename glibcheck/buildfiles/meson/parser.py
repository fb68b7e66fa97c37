"""From the words of a `meson.build` to its statements, by recursive descent.

The ranks of the operators are those of Meson's manual ("Syntax"): ternary, or, and, comparison, sum, product, sign,
and behind an operand calls, methods and indices. A syntax error is a RewriteError with its line, and so is nesting
that no person writes, as it would exhaust the stack.
"""

from __future__ import annotations

from glibcheck.buildfiles.meson.tokens import Token, line_of, significant, value
from glibcheck.buildfiles.meson.tree import (
    Argument,
    Array,
    Assign,
    Call,
    Dict,
    Expression,
    Foreach,
    If,
    Index,
    Name,
    Node,
    Operation,
    Other,
    Statement,
    String,
)
from glibcheck.errors import RewriteError

# An operand in brackets goes through eleven functions of this module, and Python's stack has a thousand rows.
_DEEPEST = 50
_KEYWORDS = frozenset({"if", "elif", "else", "endif", "foreach", "endforeach", "and", "or", "not", "in"})
_RANKS = (("or",), ("and",), ("==", "!=", "<", "<=", ">", ">=", "in", "not"), ("+", "-"), ("*", "/", "%"))


def parse(path: str, text: str) -> tuple[Statement, ...]:
    """Read a whole file; `path` is for messages alone.

    Raises: RewriteError with the line where the text stops being one.
    """
    return _Parser(path, text).file()


class _Parser:
    def __init__(self, path: str, text: str) -> None:
        self.path = path
        self.text = text
        self.tokens = [*significant(path, text), Token("end", len(text), len(text), "")]
        self.at = 0
        self.depth = 0

    # Words

    def now(self) -> Token:
        return self.tokens[self.at]

    def take(self) -> Token:
        token = self.tokens[self.at]
        self.at += token.kind != "end"
        return token

    def sees(self, *words: str) -> bool:
        return self.now().kind in {"mark", "word"} and self.now().text in words

    def accept(self, *words: str) -> Token | None:
        return self.take() if self.sees(*words) else None

    def expect(self, word: str) -> Token:
        token = self.accept(word)
        if token is None:
            raise self.error(f"{word!r} is missing here")
        return token

    def last_end(self) -> int:
        return self.tokens[self.at - 1].end

    def error(self, message: str) -> RewriteError:
        line = line_of(self.text, self.now().start)
        return RewriteError(self.path, line, f"{message}, so the file cannot be read; meson setup says more")

    def deeper(self) -> None:
        self.depth += 1
        if self.depth > _DEEPEST:
            raise self.error("brackets and blocks are nested too deeply")

    # Statements

    def file(self) -> tuple[Statement, ...]:
        found = self.block()
        if self.now().kind != "end":
            raise self.error(f"{self.now().text!r} cannot stand here")
        return found

    def block(self, *ends: str) -> tuple[Statement, ...]:
        """Read statements up to one of the words `ends`, or the end of the file."""
        self.deeper()
        found = []
        while True:
            while self.now().kind == "newline":
                self.take()
            if self.now().kind == "end" or self.sees(*ends):
                break
            statement = self.statement()
            if statement is not None:
                found.append(statement)
            if self.now().kind not in {"newline", "end"}:
                raise self.error(f"{self.now().text!r} cannot stand here")
        self.depth -= 1
        return tuple(found)

    def statement(self) -> Statement | None:
        start = self.now().start
        if self.accept("if"):
            return self.condition(start)
        if self.accept("foreach"):
            return self.loop(start)
        if self.accept("continue", "break"):
            return None
        found = self.expression()
        operator = self.accept("=", "+=")
        if operator is None:
            return Expression(start, self.last_end(), found)
        if not isinstance(found, Name):
            raise self.error("only a variable can be assigned to")
        assigned = self.expression()
        return Assign(start, self.last_end(), found.name, operator.text, assigned)

    def condition(self, start: int) -> If:
        conditions = [self.expression()]
        branches = [self.block("elif", "else", "endif")]
        while self.accept("elif"):
            conditions.append(self.expression())
            branches.append(self.block("elif", "else", "endif"))
        if self.accept("else"):
            branches.append(self.block("endif"))
        self.expect("endif")
        return If(start, self.last_end(), tuple(conditions), tuple(branches))

    def loop(self, start: int) -> Foreach:
        names = [self.word().text]
        while self.accept(","):
            names.append(self.word().text)
        self.expect(":")
        items = self.expression()
        body = self.block("endforeach")
        self.expect("endforeach")
        return Foreach(start, self.last_end(), tuple(names), items, body)

    def word(self) -> Token:
        if self.now().kind != "word" or self.now().text in _KEYWORDS:
            raise self.error("a name is missing here")
        return self.take()

    # Expressions

    def expression(self) -> Node:
        self.deeper()
        found = self.ranked(0)
        if self.accept("?"):
            yes = self.expression()
            self.expect(":")
            no = self.expression()
            found = Other(found.start, no.end, (found, yes, no))
        self.depth -= 1
        return found

    def ranked(self, rank: int) -> Node:
        if rank == len(_RANKS):
            return self.signed()
        operands = [self.ranked(rank + 1)]
        operators = []
        while operator := self.accept(*_RANKS[rank]):
            if operator.text == "not":
                self.expect("in")
            operators.append(operator.text)
            operands.append(self.ranked(rank + 1))
        if not operators:
            return operands[0]
        return Operation(operands[0].start, operands[-1].end, tuple(operators), tuple(operands))

    def signed(self) -> Node:
        first = None
        while sign := self.accept("not", "-"):
            first = first or sign
        operand = self.operand()
        return operand if first is None else Other(first.start, operand.end, (operand,))

    def operand(self) -> Node:
        found = self.primary()
        before = self.depth
        while True:
            self.deeper()
            if self.accept("."):
                name = self.word()
                found = self.call(found, name)
            elif self.accept("["):
                key = self.expression()
                self.expect("]")
                found = Index(found.start, self.last_end(), found, key)
            else:
                self.depth = before
                return found

    def primary(self) -> Node:
        token = self.now()
        if token.kind == "string":
            self.take()
            return String(token.start, token.end, value(token.text))
        if token.kind == "number" or self.sees("true", "false"):
            self.take()
            return Other(token.start, token.end, ())
        if self.accept("("):
            inner = self.expression()
            self.expect(")")
            return Other(token.start, self.last_end(), (inner,))
        if self.accept("["):
            arguments, closing = self.arguments("]")
            return Array(token.start, closing.end, token.end, closing.start, arguments)
        if self.accept("{"):
            arguments, closing = self.arguments("}")
            return Dict(token.start, closing.end, arguments)
        name = self.word()
        return self.call(None, name) if self.sees("(") else Name(name.start, name.end, name.text)

    def call(self, target: Node | None, name: Token) -> Call:
        opening = self.expect("(")
        arguments, closing = self.arguments(")")
        start = name.start if target is None else target.start
        return Call(start, closing.end, opening.end, closing.start, target, name.start, name.text, arguments)

    def arguments(self, closing: str) -> tuple[tuple[Argument, ...], Token]:
        """Read the items up to the closing bracket, and that."""
        found: list[Argument] = []
        while not self.sees(closing):
            keyword, item = None, self.expression()
            start = item.start
            if self.accept(":"):
                keyword, item = item, self.expression()
            end = self.last_end()
            comma = self.accept(",")
            found.append(Argument(keyword, item, start, end, None if comma is None else comma.end))
            if comma is None:
                break
        return tuple(found), self.expect(closing)
