"""Replies of the action server are still checked, and Rasa still has what is replaced here."""

import asyncio
import inspect
import json

import pytest
import rasa.core.actions.action
from jsonschema import ValidationError
from rasa.core.actions.action import RemoteAction
from rasa.utils.endpoints import EndpointConfig

from components.action_calls import SECONDS, adjust_action_calls


@pytest.fixture
def action():
    adjust_action_calls()
    return RemoteAction("action_escalate", None)


@pytest.mark.parametrize("reply", [{}, {"events": [], "responses": []}])
def test_a_good_reply_passes(action, reply):
    assert action._validate_action_result(reply)


@pytest.mark.parametrize(
    "reply", [None, [], "x", {"events": None}, {"events": 5}, {"events": [{"name": "no event key"}]}]
)
def test_a_bad_reply_raises_as_it_does_in_rasa(action, reply):
    with pytest.raises(ValidationError):
        action._validate_action_result(reply)


def test_the_request_is_json_whatever_the_visitor_wrote():
    adjust_action_calls()

    async def written(value):
        async with EndpointConfig("http://localhost/").session() as session:
            return session.json_serialize(value)

    odd = {"text": "a/b 😀 \ud800 é </script> \n\0", "score": 0.1234567890123, "list": [1, None]}
    assert json.loads(asyncio.run(written(odd))) == odd


def test_the_limit_is_the_one_that_rasa_reads(action):
    assert rasa.core.actions.action.DEFAULT_REQUEST_TIMEOUT == SECONDS
    assert "timeout=DEFAULT_REQUEST_TIMEOUT" in inspect.getsource(RemoteAction.run)
    assert "self._validate_action_result(" in inspect.getsource(RemoteAction.run)
