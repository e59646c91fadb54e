"""Payment terms as agreed, payments with what they settle, proposals to pay, cheques, credit."""
