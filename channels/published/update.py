"""In place of Rasa's own update from a model server, which loads on the event loop and starts with nothing.

Rasa still asks every `wait_time_between_pulls` seconds. Here the model on disk answers while the desk is away; a new
one is loaded in a thread, tried in a short conversation, and takes over between two messages. Turns under way end with
the model that they began with; conversations, locks and the event broker stay. The desk is told what became of it.
"""

from __future__ import annotations

import asyncio
import gc
import logging
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any, Dict, Optional, Text, Tuple

import aiohttp
import rasa.core.agent
import rasa.core.utils
from rasa.core.agent import Agent
from rasa.core.processor import MessageProcessor
from rasa.utils.endpoints import EndpointConfig

from channels.hardening import where
from channels.published.fetch import (
    FILE_HASH,
    FOLDER,
    TIMES,
    FetchError,
    Model,
    bearer,
    fetch,
    keep,
)
from channels.published.load import load, on_disk
from channels.published.smoke import complaint
from channels.published.source import bot_name, model_server, report_url

logger = logging.getLogger(__name__)
AGAIN = 300.0  # seconds after which a refused model is tried again, should it still be the published one
POLITE = 0.0005  # seconds that the loader keeps the interpreter to itself while a visitor's turn wants it
_UPDATES = "_updates_from_the_desk"


def adjust_model_loading() -> None:
    """Puts both in place for this process: which server counts, and how its model comes in. Again is harmless."""
    rasa.core.agent._update_model_from_server = update
    rasa.core.utils.AvailableEndpoints.model = property(
        lambda endpoints: model_server(endpoints.__dict__.get("model")),
        lambda endpoints, value: endpoints.__dict__.__setitem__("model", value),
    )


async def update(server: EndpointConfig, agent: Agent) -> None:
    """What Rasa calls: once before it serves, then again and again. Raises nothing."""
    updates = getattr(agent, _UPDATES, None)
    if updates is None:
        updates = Updates(server, agent)
        setattr(agent, _UPDATES, updates)
        await updates.start()
    else:
        updates.look()


class Updates:
    """Follows what the desk has published, for one agent."""

    def __init__(self, server: EndpointConfig, agent: Agent) -> None:
        """`server` is the desk; without it `folder` and models/ have to do."""
        self._server, self._agent, self._bot = server, agent, bot_name()
        self._folder = Path(server.kwargs.get("folder") or FOLDER)
        self._refused: Dict[Text, float] = {}  # by hash: when
        self._untold: Optional[Dict[Text, Any]] = None  # a report that the desk has not got yet
        self._unjudged: Optional[Tuple[Text, Text]] = None  # hash and fault of a model refused at the start
        self._looking: Optional[asyncio.Task[None]] = None
        self._loader = ThreadPoolExecutor(1, "model-loader")

    async def start(self) -> None:
        """The published model, or else the last good one, or else the newest in models/."""
        gc.freeze()  # what was imported stays, and need not be looked through while a model loads and visitors wait
        models = on_disk(self._folder, self._folder.parent)
        first = next(models, None)
        await self._round(first.sha256 if first else "")
        while first and self._agent.processor is None:
            try:
                self._swap(await self._load(first), first.sha256)
            except Exception as error:
                logger.error("%s cannot be loaded (%s).", first.path.name, where(error))
                first = next(models, None)
        if self._agent.processor is None:
            logger.error("There is no model that could be loaded. The bot waits for one from the desk.")
        if self._unjudged:
            await self._judge(*self._unjudged)

    def look(self) -> None:
        """Looks for a new model, unless that is still going on from before."""
        if self._looking is None or self._looking.done():
            self._looking = asyncio.ensure_future(self._round(self._in_use()))

    def _in_use(self) -> Text:
        return self._agent.fingerprint if self._agent.processor else ""

    async def _round(self, known: Text) -> None:
        """`known`: the hash of the model that need not be sent."""
        try:
            await self._tell()
            self._refused = {one: at for one, at in self._refused.items() if time.monotonic() - at < AGAIN}
            found = await fetch(self._server, self._bot, known, self._refused, self._folder)
            if found:
                await self._try(found)
        except FetchError as error:
            logger.warning("The published model could not be fetched: %s.", error)
        except Exception as error:
            logger.error("Updating the model failed (%s).", where(error))

    async def _try(self, model: Model) -> None:
        started = time.monotonic()
        try:
            processor = await self._load(model)
            wrong = await complaint(processor)
        except Exception as error:
            wrong = f"it cannot be loaded ({where(error)})"
        if wrong:
            await self._refuse(model, wrong)
            return
        self._swap(processor, model.sha256)
        keep(model, self._folder)
        logger.info("A new model has taken over after %.1f s.", time.monotonic() - started)
        await self._tell({"sha256": model.sha256, "state": "loaded", "reason": ""})

    async def _refuse(self, model: Model, wrong: Text) -> None:
        """The model in use stays; at the start there is none yet, and the judgement has to wait."""
        logger.error("The published model was refused: %s.", wrong)
        model.path.unlink(missing_ok=True)
        self._refused[model.sha256] = time.monotonic()
        if self._agent.processor:
            await self._judge(model.sha256, wrong)
        else:
            self._unjudged = (model.sha256, wrong)

    async def _judge(self, sha256: Text, wrong: Text) -> None:
        """If no other model works here either, the fault lies with this process, and the desk must not go back."""
        self._unjudged = None
        mine = self._agent.processor
        is_well = mine is not None and not await complaint(mine)
        await self._tell({"sha256": sha256, "state": "broken" if is_well else "trouble", "reason": wrong})

    async def _load(self, model: Model) -> MessageProcessor:
        # A turn lets go of the interpreter some dozens of times, and each time waits for the loader as long as this.
        usual = sys.getswitchinterval()
        sys.setswitchinterval(POLITE)
        try:
            return await asyncio.get_running_loop().run_in_executor(self._loader, load, self._agent, model.path)
        finally:
            sys.setswitchinterval(usual)

    def _swap(self, processor: MessageProcessor, sha256: Text) -> None:
        """One step between two messages: what is under way holds on to the processor that it began with."""
        agent = self._agent
        agent.processor, agent.domain, agent.nlg = processor, processor.domain, processor.nlg
        agent.tracker_store.domain = processor.domain
        agent._set_fingerprint(sha256)
        setattr(processor, FILE_HASH, sha256)

    async def _tell(self, news: Optional[Dict[Text, Any]] = None) -> None:
        """Reports to the desk; what it does not take now is told in the next round."""
        self._untold = news or self._untold
        if self._untold is None:
            return
        body = {"bot": self._bot, "in_use": self._in_use(), **self._untold}
        try:
            async with self._server.session() as session:
                url, headers = report_url(self._server), bearer(self._server)
                async with session.post(url, json=body, headers=headers, timeout=TIMES) as answer:
                    if answer.status < 500:
                        self._untold = None
        except (aiohttp.ClientError, asyncio.TimeoutError, OSError) as error:
            logger.warning("The desk could not be told of a model (%s).", type(error).__name__)
