"""The catalog for those who sell without a network: values that prices are worked out from.

They are as JSON has them, amounts as texts, so that a hundred thousand products go out quickly.
"""
