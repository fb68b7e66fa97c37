"""What can break: one root, each child with its facts as attributes and a message of one line.

What glibcheck concludes ("this cannot be bound to an older version") is a value and reaches the report.
An error is a world that broke: a file that is not there, a tool that failed. Every message says what
happened, where, and what to do next. Only `cli.main` catches the root; each child ends the program with
exit code 2, "it could not answer".
"""

from __future__ import annotations


class GlibcheckError(Exception):
    """The root; `str()` of it is one line for the person at the terminal."""


class InputError(GlibcheckError):
    """A file that was given cannot be read as what it should be.

    `path` names it as the user did; `offset` is in bytes from its start, None when no place is to blame.
    """

    def __init__(self, path: str, message: str, offset: int | None = None) -> None:
        where = path if offset is None else f"{path}: at offset {offset:#x}"
        super().__init__(f"{where}: {message}")
        self.path = path
        self.message = message
        self.offset = offset

    @property
    def text(self) -> str:
        """The message without the path, for a report that names the path itself."""
        return self.message if self.offset is None else f"at offset {self.offset:#x}: {self.message}"


class ElfError(GlibcheckError):
    """The bytes are not the ELF structure they should be; the caller knows the path, we know the offset."""

    def __init__(self, message: str, offset: int | None = None) -> None:
        super().__init__(message if offset is None else f"at offset {offset:#x}: {message}")
        self.message = message
        self.offset = offset


class NotDynamicError(ElfError):
    """A whole ELF file of a kind that has no symbol versions: a relocatable object, a static executable."""


class ArchiveError(GlibcheckError):
    """An archive, or one member of it, is not what it says it is; the caller knows the path.

    `offset` is in bytes from the start of the archive, None when no place is to blame.
    """

    def __init__(self, message: str, offset: int | None = None) -> None:
        super().__init__(message if offset is None else f"at offset {offset:#x}: {message}")
        self.message = message
        self.offset = offset


class MapError(GlibcheckError):
    """A text is not the linker's map that it should be; the caller knows the path.

    `line` counts from 1.
    """

    def __init__(self, line: int, message: str) -> None:
        super().__init__(f"line {line}: {message}")
        self.line = line
        self.message = message


class UsageError(GlibcheckError):
    """Options that do not go together, or a setting that is none; the message says which."""


class SettingsError(GlibcheckError):
    """A setting is not what it should be; `key` names it as in the file, '' when the file as a whole is to blame."""

    def __init__(self, path: str, key: str, message: str) -> None:
        super().__init__(f"{path}: " * bool(path) + f"{key} " * bool(key) + message)
        self.path = path
        self.key = key
        self.message = message


class TargetError(GlibcheckError):
    """The text given with --target names no system that we know; or there is no text, and none follows."""

    def __init__(self, text: str, hint: str) -> None:
        super().__init__(f"unknown target {text!r}: {hint}" if text else f"no target: {hint}")
        self.text = text


class RewriteError(GlibcheckError):
    """A build file is too clever to be edited safely; it is left as it was.

    `line` counts from 1; None when no single line is to blame.
    """

    def __init__(self, path: str, line: int | None, message: str) -> None:
        super().__init__(f"{path}{'' if line is None else f':{line}'}: {message}")
        self.path = path
        self.line = line
        self.message = message


class ToolError(GlibcheckError):
    """A program that we ran, or needed to run, did not do its work; `output` is the end of what it said."""

    def __init__(self, command: str, message: str, output: str = "") -> None:
        super().__init__(f"{command}: {message}")
        self.command = command
        self.output = output
