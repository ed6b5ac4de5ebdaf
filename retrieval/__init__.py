"""Finding and ordering products: encoders, the Chroma and lexical indexes, fusion, the fine-tuned reranker."""
