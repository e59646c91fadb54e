"""Mail that leaves the platform: always sent by a job, never by the request that asks for it."""
