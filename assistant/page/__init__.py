"""The Gradio page: chat with product cards, chips of what was understood, and how each turn was decided."""
