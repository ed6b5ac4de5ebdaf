"""From a shopper's words (as Rasa parsed them) to typed values: prices, measures, names of this catalogue."""
