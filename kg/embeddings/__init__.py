"""Embeddings of the catalogue's graph: substitutes, complements and plausible facts from vectors."""
