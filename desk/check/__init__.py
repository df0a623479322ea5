"""The checks before training: what is broken, what contradicts itself, what may stand in the wrong topic."""
