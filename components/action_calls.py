"""How Rasa calls the action server: with 1.2 seconds of patience, quickly written, checking the schema only once.

Rasa 3.6 has no setting for any of them (rasa/core/actions/action.py, rasa/utils/endpoints.py). It waits five minutes,
and a channel that answers in one piece holds a danger reply back until the action has ended. The whole domain goes
with each call, 50 kB of JSON. And `jsonschema.validate` proves, before each reply, that the schema itself is a schema,
which takes 15 ms and never changes.
"""

from __future__ import annotations

import functools
import json
from typing import Any, Dict

import aiohttp
import rasa.core.actions.action
import ujson
from jsonschema.exceptions import best_match
from jsonschema.protocols import Validator
from jsonschema.validators import validator_for
from rasa.core.actions.action import RemoteAction
from rasa.utils.endpoints import EndpointConfig

SECONDS = 1.2
_rasas_session = EndpointConfig.session


def adjust_action_calls() -> None:
    """Sets all three for this process; again is harmless."""
    rasa.core.actions.action.DEFAULT_REQUEST_TIMEOUT = SECONDS
    RemoteAction._validate_action_result = _validate_action_result
    EndpointConfig.session = _session


def _session(endpoint: EndpointConfig) -> aiohttp.ClientSession:
    """Rasa's session, which writes JSON with the library that Sanic brings along."""
    session = _rasas_session(endpoint)
    session._json_serialize = ujson.dumps
    return session


def _validate_action_result(action: RemoteAction, result: Dict[str, Any]) -> bool:
    """Raises ValidationError where Rasa's own method does."""
    error = best_match(_validator(json.dumps(action.action_response_format_spec())).iter_errors(result))
    if error is not None:
        raise error
    return True


@functools.lru_cache(maxsize=8)
def _validator(schema: str) -> Validator:
    parsed = json.loads(schema)
    kind = validator_for(parsed)
    kind.check_schema(parsed)
    return kind(parsed)
