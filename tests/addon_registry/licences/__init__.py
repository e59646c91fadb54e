"""What licences allow, and what becomes of a company whose licence ends."""
