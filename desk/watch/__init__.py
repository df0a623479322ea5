"""Charts: how the bot is doing, before and after the last publication."""
