"""Which model server counts, and that without one Rasa does what it always did."""

from __future__ import annotations

import os

import pytest
from rasa.core.utils import AvailableEndpoints
from rasa.utils.endpoints import EndpointConfig

from channels.published.source import bot_name, model_server, report_url
from channels.published.update import adjust_model_loading
from tests.servers import ROOT

DESK = {"DESK_URL": "http://desk:5006/", "DESK_SECRET": "s"}


def test_the_environment_says_where_the_desk_is():
    server = model_server(EndpointConfig(wait_time_between_pulls=3), DESK)
    assert server.url == "http://desk:5006/models/current" and server.token == "s"
    assert server.kwargs == {"wait_time_between_pulls": 3}
    assert report_url(server) == "http://desk:5006/models/report"


def test_an_address_in_the_file_counts_first():
    server = model_server(EndpointConfig("https://other/models/current", token="t"), DESK)
    assert server.url == "https://other/models/current" and server.token == "t"
    assert report_url(server) == "https://other/models/report"


@pytest.mark.parametrize("environment", [{}, {"DESK_SECRET": "s"}, {"DESK_URL": ""}])
def test_without_an_address_there_is_no_model_server(environment):
    assert model_server(EndpointConfig(wait_time_between_pulls=3), environment) is None
    assert model_server(None, DESK) is None


def test_rasa_sees_none_in_endpoints_yml_unless_the_environment_names_a_desk(monkeypatch):
    adjust_model_loading()
    monkeypatch.delenv("DESK_URL", raising=False)
    endpoints = AvailableEndpoints.read_endpoints(str(ROOT / "endpoints.yml"))
    assert endpoints.model is None and endpoints.action is not None
    monkeypatch.setenv("DESK_URL", "http://127.0.0.1:1")
    assert endpoints.model.url == "http://127.0.0.1:1/models/current"
    assert endpoints.model.kwargs["wait_time_between_pulls"] in range(2, 11)


def test_two_bots_on_one_machine_have_two_names():
    assert bot_name({"BOT_NAME": "front"}) == f"front ({os.getpid()})"
    assert str(os.getpid()) in bot_name({})
