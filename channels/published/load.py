"""A model out of its file, for an agent that is running; and the files that a start without the desk can use."""

from __future__ import annotations

from pathlib import Path
from typing import Iterator

from rasa.core.agent import Agent
from rasa.core.nlg.response import TemplatedNaturalLanguageGenerator
from rasa.core.processor import MessageProcessor
from rasa.model import get_latest_model

from actions.catalogue import ROOT
from channels.published.fetch import Model, last_good, sha256_of


def load(agent: Agent, path: Path) -> MessageProcessor:
    """The model in `path`, with the stores and the action server of `agent`. Takes seconds; raises what Rasa raises."""
    is_templated = isinstance(agent.nlg, TemplatedNaturalLanguageGenerator)
    processor = MessageProcessor(
        model_path=path,
        tracker_store=agent.tracker_store,
        lock_store=agent.lock_store,
        action_endpoint=agent.action_endpoint,
        generator=TemplatedNaturalLanguageGenerator({}) if is_templated else agent.nlg,
        http_interpreter=agent.http_interpreter,
    )
    if is_templated:  # a generator of its own: turns under way go on with the words that fit them
        processor.nlg.responses = processor.domain.responses if processor.domain else {}
    return processor


def on_disk(folder: Path, trained: Path = ROOT / "models") -> Iterator[Model]:
    """What a start without the desk can use: the last good ones, then the newest that was trained here."""
    yield from last_good(folder)
    newest = get_latest_model(str(trained))
    if newest:
        yield Model(Path(newest), sha256_of(Path(newest)))
