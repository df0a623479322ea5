"""`make eval`: starts the bot, plays the frozen cases, prints the figures and what fell short."""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
from pathlib import Path

import yaml

from evaluation.score import Result, figures, play, read_cases

ROOT = Path(__file__).resolve().parent.parent
CASES = ROOT / "evaluation" / "cases"
FINE = {"emergency": {"emergency"}, "escalate": {"escalate", "emergency"}}


def cited_by_topic() -> dict[str, set[int]]:
    """The paragraphs that each topic's answer cites."""
    responses = yaml.safe_load((ROOT / "domain.yml").read_text(encoding="utf-8"))["responses"]
    return {
        name.removeprefix("utter_"): set((variants[0].get("metadata") or {}).get("paragraphs") or [])
        for name, variants in responses.items()
    }


def evaluate(base: str, paths: list[Path]) -> list[Result]:
    """Plays all cases against the bot at `base`."""
    cited = cited_by_topic()
    return [result for turns in read_cases(paths) for result in play(base, turns, cited)]


def report(results: list[Result]) -> None:
    """Prints misses and figures, and keeps the figures in results/eval.json."""
    for result in results:
        tier = result.case["tier"]
        if result.outcome not in FINE.get(tier, {"right"}):
            print(f"{tier:>12} -> {result.outcome:<9} {result.case['text'][:110]!r}")
    found = figures(results)
    print(json.dumps(found, indent=2))
    (ROOT / "results").mkdir(exist_ok=True)
    (ROOT / "results" / "eval.json").write_text(json.dumps(found, indent=2), encoding="utf-8")


def main() -> None:
    """With --base an already running bot (with Rasa's API enabled) is asked; otherwise one is started."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--base", help="for example http://127.0.0.1:5005")
    options.add_argument("cases", nargs="*", type=Path, default=sorted(CASES.glob("*.jsonl")))
    chosen = options.parse_args()
    if chosen.base:
        report(evaluate(chosen.base, chosen.cases))
        return
    command = [sys.executable, str(ROOT / "scripts" / "run.py"), "--enable-api", "--desk-port", "0"]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as bot:
        try:
            for line in bot.stdout or []:
                if "Ctrl-C" in line:
                    break
            report(evaluate("http://127.0.0.1:5005", chosen.cases))
        finally:
            bot.terminate()


if __name__ == "__main__":
    main()
