"""Opening balances: an older system's trial balance and open items, proved and posted once.

    each account            Dr or Cr its balance              in one entry, at the cut-over date
    each open item          Dr receivable or Cr payable       in an entry of its own, with its
                            against opening balances          number, partner and due date
    all control accounts    their total in opening balances   in the first entry

Since open items must equal their control accounts, the account for opening balances ends at zero.
"""
