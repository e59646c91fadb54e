"""Revaluation: what is held and owed in foreign currencies, at the rate of a day.

    the foreign amount is worth more     Dr <account>:FX             Cr unrealised exchange gains
    it is worth less                     Dr unrealised exchange losses   Cr <account>:FX

and the reverse of it on the next day, so that what is paid later is measured from what was booked.
The difference goes to an account beside the one that is revalued, made when it is first needed and
shown in the same line of the statements: receivables stay equal to their open items, and a bank
account to its statement.
"""
