"""Deferrals: revenue and expenses that belong to later months.

    prepaid expense    at the end of each month   Dr expense            Cr prepaid expenses
    deferred revenue   at the end of each month   Dr deferred revenue   Cr revenue

Those of invoices whose period lies ahead begin by themselves (`invoiced.py`).

What was booked in the result at first is taken out when the deferral starts, on the day that it
names, by the same entry the other way round and for the whole amount.
"""
