"""Build a copy of a project by its setup.py, quietly: `python building.py PYTHON PROJECT`; what a row of the hook runs.

The copy is in the current folder, which for a benchmark is a new one. PYTHON is that of the environment to build in,
and the hook, when glibcheck is there, goes by the project's own settings.
"""

import shutil
import subprocess
import sys

if __name__ == "__main__":
    python, project = sys.argv[1:]
    shutil.copytree(project, "copy")
    sys.exit(subprocess.run([python, "-W", "ignore", "setup.py", "-q", "build"], cwd="copy", check=False).returncode)
