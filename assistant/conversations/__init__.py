"""Scripted conversations: what a shopper says, and what has to hold for every reply (`tests/conversations/README.md`)."""
