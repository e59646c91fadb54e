"""An addon as one file: built from its folder, signed, verified and unpacked."""
