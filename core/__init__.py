"""The kernel: tenant routing, tenant databases, auth, module manager, jobs and the web toolkit."""
