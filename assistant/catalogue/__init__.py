"""Importers: catalogue files of many formats in, typed `Product` values and clear problems out."""
