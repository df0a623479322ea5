"""What visitors said, from Rasa's events to the table `turns`: assembled, redacted, written, kept for some days."""
