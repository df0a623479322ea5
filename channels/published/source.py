"""Where the published model comes from. Rasa's `models:` setting, with address and token from the environment."""

from __future__ import annotations

import os
import socket
from typing import Mapping, Optional, Text

from rasa.utils.endpoints import EndpointConfig

ENV_DESK, ENV_SECRET, ENV_NAME = "DESK_URL", "DESK_SECRET", "BOT_NAME"
CURRENT, REPORT = "/models/current", "/models/report"


def model_server(
    configured: Optional[EndpointConfig], environment: Mapping[Text, Text] = os.environ
) -> Optional[EndpointConfig]:
    """The model server that counts; None if there is none, and then the model on disk is it, as without `models:`.

    `configured` is what stands in endpoints.yml. A `url` there counts; otherwise DESK_URL gives the desk's address.
    """
    if configured is None:
        return None
    server = configured.copy()
    server.kwargs = dict(configured.kwargs)
    if not server.url:
        desk = environment.get(ENV_DESK, "").rstrip("/")
        if not desk:
            return None
        server.url = desk + CURRENT
    server.token = server.token or environment.get(ENV_SECRET) or None
    return server


def report_url(server: EndpointConfig) -> Text:
    """Where the desk hears what became of a model."""
    return str(server.url).rsplit("/", 2)[0] + REPORT


def bot_name(environment: Mapping[Text, Text] = os.environ) -> Text:
    """What the desk calls this process: BOT_NAME or the machine's name, and the process id."""
    name = environment.get(ENV_NAME) or socket.gethostname() or "bot"
    return f"{name[:40]} ({os.getpid()})"
