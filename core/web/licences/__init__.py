"""What people are told of the licences of their company, and where administrators look at them."""
