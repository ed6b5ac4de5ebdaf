"""Custom graph components; they run in Rasa's environment (Python 3.11, numpy 1.23) and import nothing of ours."""
