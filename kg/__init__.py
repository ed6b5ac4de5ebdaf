"""The product knowledge graph: what the catalogue says as triples, and every question that is asked of them in SPARQL.

Where is which question:

| file | question |
|---|---|
| `questions` | which products meet all demands; one product with all that is said of it; what things are called |
| `asked` | the most, the least, how many, which values, from where to where; facets and prices of what meets the demands |
| `relaxing` | the fewest demands to give up so that something meets the rest |
| `compared` | two to four products attribute by attribute; variants; what is alike by facts and price |
| `related` | what other products are to one: accessory, supply, substitute …, with method, confidence and evidence; series |
| `complements` | what completes a product and is in stock, a bundle within a budget, what can take its place |
| `explore`, `explore_triples`, `explore_sparql` | what surrounds a node, its triples and Turtle; anybody's query, read-only, limited in time and memory |
| `check` | what in the catalogue fails the shapes |
| `explained` | by which triples one product leads to another |

`ontology.ttl` has the terms of our own, `triples` and `derivations` write, `store` opens.
"""
