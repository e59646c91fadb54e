"""Says that it extends the kernel, and brings nothing that could."""
