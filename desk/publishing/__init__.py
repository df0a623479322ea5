"""Publishing: which version visitors talk to, how the bots get it, and the way back with its data and answers."""
