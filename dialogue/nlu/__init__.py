"""The joint intent-and-slot model: its data, training, export and measurement (in our own environment, with torch)."""
