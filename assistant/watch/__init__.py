"""Shoppers who asked are told when a price falls or a product is back."""
