"""The real encoder, once a session."""

import pytest

from components.encoder import Encoder, shared_encoder


@pytest.fixture(scope="session")
def encoder() -> Encoder:
    """The encoder that the bot runs on."""
    return shared_encoder()
