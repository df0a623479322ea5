"""A process that is killed in the middle of a change of files, as a crash would."""

from __future__ import annotations

import subprocess
import sys
import textwrap
from pathlib import Path

_KILL = """
import os, signal, sys
from pathlib import Path
arguments, moves = [Path(one) for one in sys.argv[2:]], int(sys.argv[1])
replace, done = os.replace, []
def move(source, target):
    if len(done) == moves:
        os.kill(os.getpid(), signal.SIGKILL)
    done.append(target)
    replace(source, target)
os.replace = move
"""


def killed_after(moves: int, body: str, *arguments: Path) -> None:
    """Runs `body`, which finds the paths in `arguments`, and kills it at its next move after so many, or at its end.

    A move is an os.replace. A block that `body` opens with an indented line is left open.
    """
    code = _KILL + textwrap.dedent(body) + "    os.kill(os.getpid(), signal.SIGKILL)\n"
    command = [sys.executable, "-c", code, str(moves), *map(str, arguments)]
    assert subprocess.run(command).returncode == -9
