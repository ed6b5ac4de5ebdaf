"""Measurements of speed and quality, one command each."""
