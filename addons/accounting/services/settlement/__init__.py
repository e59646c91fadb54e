"""Open items, and setting them off against each other.

An open item is a posted line on a reconcilable account: an invoice, a payment, a credit note. To
settle is to say which items pay which. Nothing is posted by that unless something is left over:

    exchange difference   items agreed in a foreign currency are settled in that currency. What
                          their company amounts then differ by was gained or lost:
                          gain   Dr control account   Cr exchange gains
                          loss   Dr exchange losses   Cr control account
    write-off             what nobody will pay:
                          of a customer   Dr write-off or discount   Cr receivable
                          to a supplier   Dr payable                 Cr discount received

Both stand in one entry per settlement, dated like it, whose control lines are part of it. Undoing
reverses that entry, and gives every line back what was taken of it.
"""
