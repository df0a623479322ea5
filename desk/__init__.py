"""The staff desk: review, label, retrain, compare, publish, roll back. Start with README.md in this folder."""
