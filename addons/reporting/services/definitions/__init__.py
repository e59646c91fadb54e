"""Definitions of reports as data: rows, formulas, the shipped ones, and a company's own."""
