"""Private folders go when the block ends, and those of killed processes with the next one that is made."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from glibcheck.workspace.exchanging import _one_after_the_other, exchange
from glibcheck.workspace.scratchfolder import scratch_folder
from tests.cli.run import ENVIRONMENT

_HOLD = """
import sys, time
from glibcheck.workspace.scratchfolder import scratch_folder
with scratch_folder(sys.argv[1]) as folder:
    open(f"{folder}/file", "w").close()
    print(folder, flush=True)
    time.sleep(60)
"""


def holder(folder: Path) -> tuple[subprocess.Popen[str], str]:
    process = subprocess.Popen(
        [sys.executable, "-c", _HOLD, str(folder)], env=ENVIRONMENT, stdout=subprocess.PIPE, text=True
    )
    assert process.stdout is not None
    return process, process.stdout.readline().strip()


def test_it_goes_with_all_in_it(tmp_path: Path) -> None:
    with scratch_folder(str(tmp_path)) as folder:
        Path(folder, "inner").mkdir()
        assert os.stat(folder).st_mode & 0o777 == 0o700
    assert os.listdir(tmp_path) == []


def test_one_in_use_stays_and_one_of_a_killed_process_goes(tmp_path: Path) -> None:
    process, held = holder(tmp_path)
    try:
        with scratch_folder(str(tmp_path)):
            assert os.path.exists(f"{held}/file")
        process.send_signal(signal.SIGKILL)
        process.wait()
        assert os.path.exists(f"{held}/file")
        with scratch_folder(str(tmp_path)) as folder:
            assert os.listdir(tmp_path) == [os.path.basename(folder)]
    finally:
        process.kill()
        process.communicate()


def test_a_link_in_its_name_is_not_followed(tmp_path: Path) -> None:
    (tmp_path / "precious").mkdir()
    (tmp_path / "precious" / "file").touch()
    (tmp_path / ".glibcheck-scratch-x").symlink_to(tmp_path / "precious")
    with scratch_folder(str(tmp_path)):
        pass
    assert (tmp_path / "precious" / "file").exists()


@pytest.mark.parametrize("change", [exchange, _one_after_the_other])
def test_two_folders_change_places(tmp_path: Path, change: object) -> None:
    assert callable(change)
    for name in ("one", "other"):
        (tmp_path / name).mkdir()
        (tmp_path / name / name).touch()
    change(str(tmp_path / "one"), str(tmp_path / "other"))
    assert (tmp_path / "one" / "other").exists()
    assert (tmp_path / "other" / "one").exists()
    with pytest.raises(OSError, match="No such file"):
        change(str(tmp_path / "one"), str(tmp_path / "none"))
    assert (tmp_path / "one" / "other").exists()
