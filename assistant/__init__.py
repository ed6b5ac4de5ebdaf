"""The shop's side of a conversation: values, the four steps of a turn, catalogue, channels, command line."""
