"""Rules over an addon's migrations: what would keep people waiting, or cannot run while they work.

An upgrade of a company is one transaction, so a lock that is taken is held to its end. What each
statement locks and rewrites is said in PostgreSQL's documentation of ALTER TABLE and CREATE INDEX
and in its chapter on explicit locking.
"""
