"""Gift cards: sold, given, redeemed, replaced and expired."""
