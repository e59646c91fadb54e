"""The conversation beside a record as people and programs see it; inbox and activities."""
