"""The portal of customers and suppliers: who may enter, by which links, and their sessions."""
