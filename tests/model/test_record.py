"""`Record` promises what a frozen, slotted value is: no state beside its fields, and equality by content."""

from __future__ import annotations

import pickle
from typing import assert_never

import pytest

from glibcheck.model.image import Requirement
from glibcheck.model.names import Soname, SymbolName, VersionName
from glibcheck.model.record import Record


class Point(Record):
    """A value with a default and a method."""

    x: int
    y: int = 2

    @property
    def sum(self) -> int:
        """Both together."""
        return self.x + self.y

    def moved(self, x: int) -> Point:
        """Give a point further right."""
        return self._replace(x=self.x + x)


class Circle(Record):
    """Another kind with the same number of fields."""

    x: int
    radius: int


NEED = Requirement(Soname("libc.so.6"), VersionName("GLIBC_2.34"), False, (SymbolName("dlopen"),))


@pytest.mark.parametrize("point", [Point(1), Point(1, 2), Point(x=1), Point(y=2, x=1)])
def test_fields_are_given_by_place_or_name_and_defaults_come_last(point: Point) -> None:
    assert (point.x, point.y) == (1, 2)


def test_a_missing_or_unknown_field_is_refused() -> None:
    with pytest.raises(TypeError, match="x"):
        Point()  # type: ignore[call-arg]
    with pytest.raises(TypeError, match="z"):
        Point(1, z=3)  # type: ignore[call-arg]


@pytest.mark.parametrize("field", ["x", "y", "sum"])
def test_a_field_cannot_be_set(field: str) -> None:
    with pytest.raises(AttributeError):
        setattr(Point(1), field, 5)


def test_there_is_no_room_for_anything_but_the_fields() -> None:
    with pytest.raises(AttributeError):
        Point(1).z = 3  # type: ignore[attr-defined]
    assert not hasattr(Point(1), "__dict__")


def test_values_with_the_same_content_are_equal_and_hash_alike() -> None:
    assert Point(1, 2) == Point(1)
    assert Point(1) != Point(2)
    assert {Point(1), Point(1, 2), Point(2)} == {Point(1), Point(2)}


def test_values_are_shown_by_field_names() -> None:
    assert repr(Point(1)) == "Point(x=1, y=2)"
    assert repr(NEED) == ("Requirement(library='libc.so.6', version='GLIBC_2.34', weak=False, symbols=('dlopen',))")


def test_methods_and_properties_of_the_class_body_stay() -> None:
    assert Point(1).sum == 3
    assert Point(1).moved(2) == Point(3)
    assert Point.__doc__ == "A value with a default and a method."


def test_a_changed_copy_leaves_the_first_as_it_was() -> None:
    changed = NEED._replace(weak=True)
    assert (changed.weak, NEED.weak) == (True, False)
    assert changed != NEED


def kind(shape: Point | Circle) -> str:
    match shape:
        case Point(x, y):
            return f"point {x} {y}"
        case Circle(x=x, radius=radius):
            return f"circle {x} {radius}"
        case _ as never:
            assert_never(never)


@pytest.mark.parametrize(("shape", "expected"), [(Point(1), "point 1 2"), (Circle(1, 2), "circle 1 2")])
def test_match_tells_kinds_apart_though_their_items_are_equal(shape: Point | Circle, expected: str) -> None:
    assert kind(shape) == expected


def test_values_can_be_sent_to_another_process() -> None:
    assert pickle.loads(pickle.dumps(NEED)) == NEED  # noqa: S301 - our own bytes
    assert type(pickle.loads(pickle.dumps(NEED))) is Requirement  # noqa: S301


@pytest.mark.parametrize("record", [Point, Circle, Requirement])
def test_a_record_knows_its_module_and_fields(record: type[Record]) -> None:
    assert record.__module__ in {__name__, "glibcheck.model.image"}
    assert record._fields == tuple(record.__match_args__)
