"""People of the operator or a reseller who ask companies to be let in."""
