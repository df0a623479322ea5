"""What is worth a person's minute: reasons, groups of like messages, the queue, labels, export and import."""
