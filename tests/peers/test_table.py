"""The table of ways: what works, at which step another did not, and how many of each."""

from __future__ import annotations

from tests.peers.table import failures, markdown, worked

CELLS = {
    "one==1": {"ours": "works", "theirs": "no tag: cannot repair a|b"},
    "two==2": {"ours": "works", "theirs": "does not run on 2.17: version `GLIBC_2.34' not found"},
}


def test_a_cell_says_at_which_step_it_failed() -> None:
    lines = markdown(CELLS, ["ours", "theirs"]).splitlines()
    assert lines[2] == "| one==1 | works | no tag |"
    assert lines[3] == "| two==2 | works | does not run on 2.17 |"
    assert lines[5:7] == ["- ours: 2 of 2 work", "- theirs: 0 of 2 work"]


def test_every_failure_has_its_reason() -> None:
    assert failures(CELLS, ["ours", "theirs"]) == [
        "- one==1, theirs: no tag: cannot repair a|b",
        "- two==2, theirs: does not run on 2.17: version `GLIBC_2.34' not found",
    ]
    assert (worked(CELLS, "ours"), worked(CELLS, "theirs")) == (2, 0)
