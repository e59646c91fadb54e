"""From operations to what is booked: sales, goods, payments and taxes in one transaction."""
