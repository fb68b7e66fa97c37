"""`Record`: a `typing.NamedTuple` that starts up quickly.

A scan of one small file has a start-up budget of 1.8 times a bare interpreter. Measured on CPython 3.11
(`python -I -c "import MODULE"`, CPU time against `-c pass`), `dataclasses` alone is 2.4 times, `typing` 1.9 times,
`pathlib` 2 times, and even `collections` 1.2. So the nouns are tuples with named fields, made here in a few lines, and
a type checker is told that they are what they look like: `NamedTuple` classes, with the same methods.

Trap: a Record equals any tuple with the same items. Compare values of one kind only, and take alternatives apart with
`match`, which looks at the class.

Annotations are read as names only, so each module that defines a Record starts with
`from __future__ import annotations`.
"""

from __future__ import annotations

TYPE_CHECKING = False  # What typing.TYPE_CHECKING is, without the import; type checkers know the name.

if TYPE_CHECKING:
    from typing import NamedTuple as Record
else:
    try:
        from _collections import _tuplegetter as _field  # what collections.namedtuple uses, in C
    except ImportError:
        from operator import itemgetter

        def _field(index, doc):
            return property(itemgetter(index), doc=doc)

    class _RecordType(type):
        """Turns the annotated fields of a class body into properties of a tuple."""

        def __new__(cls, name, bases, body):
            fields = tuple(body.pop("__annotations__", ()))
            defaults = {field: body.pop(field) for field in fields if field in body}
            getters = {field: _field(index, None) for index, field in enumerate(fields)}
            own = {"__slots__": (), "__match_args__": fields, "_fields": fields, "_field_defaults": defaults}
            own["_tail"] = tuple(defaults.values())  # for calls that leave the last fields out
            return super().__new__(cls, name, bases, {**body, **own, **getters})

    class Record(tuple, metaclass=_RecordType):
        """Base of the frozen values; fields are annotations, those with a default come last."""

        def __new__(cls, *values, **named):
            """Make a value from all fields, in order or by name; raises TypeError as any call with wrong arguments."""
            left = len(cls._fields) - len(values)
            if left == 0 and not named:
                return tuple.__new__(cls, values)
            if not named and 0 < left <= len(cls._tail):
                return tuple.__new__(cls, values + cls._tail[-left:])
            return tuple.__new__(cls, _arranged(cls, values, named))

        _make = classmethod(tuple.__new__)  # all fields in order, from one iterable; quicker than a call

        def _replace(self, **changes):
            return type(self)(**{**self._asdict(), **changes})

        def _asdict(self):
            return dict(zip(self._fields, self, strict=True))

        def __getnewargs__(self):
            """Give pickle and copy what to call the class with."""
            return tuple(self)

        def __repr__(self):
            """Show the call that makes this value."""
            shown = ", ".join(f"{field}={value!r}" for field, value in self._asdict().items())
            return f"{type(self).__name__}({shown})"

    def _arranged(cls, values, named):
        """Put arguments and defaults into the order of the fields."""
        given = dict(zip(cls._fields, values, strict=False))
        unknown = [field for field in named if field in given or field not in cls._fields]
        found = {**cls._field_defaults, **given, **named}
        missing = [field for field in cls._fields if field not in found]
        if len(values) > len(cls._fields) or unknown or missing:
            message = f"{cls.__name__} takes {', '.join(cls._fields)}; missing {missing}, unknown or twice {unknown}"
            raise TypeError(message)
        return [found[field] for field in cls._fields]


__all__ = ["Record"]
