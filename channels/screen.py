"""Is there danger in a message that the bot did not get to answer? The same lexicon and detector as in the pipeline."""

from __future__ import annotations

import asyncio
import functools
import logging
from concurrent.futures import ThreadPoolExecutor
from typing import Any, Iterable

from actions.catalogue import ROOT
from components.safety.lexicon import Lexicon
from components.safety.lexicon_file import load_lexicon
from components.safety.tiers import EMERGENCY, ESCALATE, Finding
from components.safety.verdict import verdict
from components.safety_gate import SafetyGate

logger = logging.getLogger(__name__)
MOST_WAITING = 10  # full screens, which one thread does: more threads would take the processor from the replies
_pool = ThreadPoolExecutor(1, thread_name_prefix="screen")


def gate_of(agent: Any) -> SafetyGate | None:
    """The safety gate of the loaded model, None while there is no model."""
    runner = getattr(getattr(agent, "processor", None), "graph_runner", None)
    nodes = getattr(runner, "_instantiated_nodes", {})
    components = (getattr(node, "_component", None) for node in nodes.values())
    return next((one for one in components if isinstance(one, SafetyGate)), None)


@functools.lru_cache(maxsize=1)
def _own_lexicon() -> Lexicon:
    return load_lexicon(ROOT / "data" / "safety.yml")


def lexicon_screen(agent: Any, text: str) -> Finding | None:
    """What the danger phrases find in `text`. About 1 ms; never raises."""
    try:
        gate = gate_of(agent)
        return verdict(gate.signs(text, learned=False) if gate else _own_lexicon().findings(text))
    except Exception as error:  # a broken screen must not break the reply that it guards
        logger.error("The danger screen failed: %s", type(error).__name__)
        return None


def full_screen(agent: Any, text: str) -> Finding | None:
    """What phrases and the learned detector find in `text`. About 10 ms; never raises."""
    gate = gate_of(agent)
    if gate is None:
        return lexicon_screen(agent, text)
    try:
        return verdict(gate.signs(text))
    except Exception as error:
        logger.error("The full danger screen failed: %s", type(error).__name__)
        return lexicon_screen(agent, text)


async def screened(agent: Any, text: str) -> Finding | None:
    """The full screen, in a thread because it is wanted when there is much to do; what the phrases say if many wait."""
    if _pool._work_queue.qsize() > MOST_WAITING:
        return lexicon_screen(agent, text)
    return await asyncio.get_running_loop().run_in_executor(_pool, full_screen, agent, text)


def is_covered(danger: Finding | None, messages: Iterable[dict[str, Any]]) -> bool:
    """Whether `messages` already say what `danger` calls for."""
    if danger is None:
        return True
    enough = {EMERGENCY} if danger.tier == EMERGENCY else {EMERGENCY, ESCALATE}
    return any(message["kind"] in enough for message in messages)
