"""Rasa's own validation of the content, in a process of its own, and its complaints as plain lines."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

from evaluation.content import ROOT
from evaluation.findings import Finding

SECONDS = 240.0  # Rasa needs ten to import itself, and twenty more here
_QUIET = {
    "RASA_TELEMETRY_ENABLED": "false",
    "TF_CPP_MIN_LOG_LEVEL": "3",
    "SQLALCHEMY_SILENCE_UBER_WARNING": "1",
    "PYTHONUNBUFFERED": "1",
}
_SAID = re.compile(r"(?:UserWarning: |(?:ERROR|WARNING)\s+rasa[\w.]* +- |Error: |YamlException: )(?P<what>.+)")
# What Rasa says of itself and its packages; and what follow-ups and actions use, which check_agreement knows better.
_MEANT = re.compile(
    r"deprecat|pkg_resources|declare_namespace|tensorflow|newer version|telemetry|is not used in any story or rule",
    re.IGNORECASE,
)


def start(root: Path = ROOT) -> subprocess.Popen[str]:
    """Begins the validation of the project in `root`. The code of the components comes from this installation."""
    files = ["--domain", str(root / "domain.yml"), "--data", str(root / "data"), "--config", str(root / "config.yml")]
    return subprocess.Popen(  # noqa: S603 (our own interpreter, and paths of ours)
        [sys.executable, "-W", "ignore::DeprecationWarning", "-m", "rasa", "data", "validate", *files],
        cwd=ROOT,
        env={**os.environ, **_QUIET},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )


def findings(process: subprocess.Popen[str]) -> list[Finding]:
    """Waits for the end of the validation; what it objected to."""
    try:
        output, _ = process.communicate(timeout=SECONDS)
    except subprocess.TimeoutExpired:
        process.kill()
        process.communicate()
        return [Finding("system", "The check of the files by the bot's own system did not end in time.")]
    found = [Finding("system", what) for what in complaints(output)]
    if process.returncode and not found:
        last = next((line for line in reversed(output.splitlines()) if line.strip()), "it said nothing")
        found = [Finding("system", f"The bot's own system cannot use the files: {last.strip()[:300]}")]
    return found


def complaints(output: str) -> list[str]:
    """The complaints in what `rasa data validate` prints, each once, without times, paths and colours."""
    plain = re.sub(r"\x1b\[[0-9;]*m", "", output)
    found = [match["what"].strip() for match in map(_SAID.search, plain.splitlines()) if match]
    return list(dict.fromkeys(what for what in found if not _MEANT.search(what)))
