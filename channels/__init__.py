"""How messages come in. Text from outside is hostile text: checked here, before anything else sees it."""
