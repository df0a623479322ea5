"""The content that staff change: examples of a topic, written back so that every other byte of the file stays."""
