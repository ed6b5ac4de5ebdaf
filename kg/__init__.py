"""The product knowledge graph: catalogue to triples, the store, and the questions asked of it in SPARQL."""
