import pytest

from glibcheck.buildfiles.splice import Splice, apply, insertion, removal


@pytest.mark.parametrize(
    ("splices", "after"),
    [
        pytest.param([], "abcdef", id="nothing"),
        pytest.param([insertion(0, "<"), insertion(6, ">")], "<abcdef>", id="both-ends"),
        pytest.param([removal(0, 2), removal(4, 6)], "cd", id="removals-count-in-the-text-as-it-was"),
        pytest.param([insertion(4, "2"), insertion(1, "1")], "a1bcd2ef", id="given-in-any-order"),
        pytest.param([insertion(3, ","), insertion(3, "new")], "abc,newdef", id="one-place-keeps-the-order-given"),
        pytest.param([removal(2, 4), insertion(2, "X")], "abXef", id="insertion-where-a-removal-starts"),
        pytest.param([insertion(4, "X"), removal(2, 4)], "abXef", id="insertion-where-a-removal-ends"),
        pytest.param([Splice(1, 5, "é")], "aéf", id="another-text-in-the-place-of-some"),
    ],
)
def test_splices_are_carried_out(splices: list[Splice], after: str) -> None:
    assert apply("abcdef", splices) == after


@pytest.mark.parametrize(
    "splices",
    [
        pytest.param([removal(0, 3), removal(2, 4)], id="two-removals"),
        pytest.param([removal(0, 3), insertion(2, "X")], id="insertion-into-what-is-removed"),
    ],
)
def test_splices_that_overlap_are_a_mistake(splices: list[Splice]) -> None:
    with pytest.raises(ValueError, match="overlap"):
        apply("abcdef", splices)
