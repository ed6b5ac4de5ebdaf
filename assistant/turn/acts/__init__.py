"""One handler for each act: what is answered, and what is remembered afterwards."""
