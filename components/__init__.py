"""What runs inside Rasa's pipeline. `safety/` decides who is in danger and knows nothing of Rasa."""
