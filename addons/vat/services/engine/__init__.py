"""The tax engine: pure functions over exact decimals, with no database and no clock.

`compute(document)` is the only thing that anybody needs; `values` says what goes in and comes out.
"""
