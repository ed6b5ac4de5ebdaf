"""One turn of talk: `update`, `retrieve`, `rank`, `phrase` over plain values, and `Turn`, which runs them."""
