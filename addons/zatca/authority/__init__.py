"""The authority's e-invoicing platform over HTTP: where it is, what is sent, what its answers mean.

Pure of any database: whoever calls keeps what comes back. Sources: ZATCA, E-Invoicing Developer
Portal, APIs release 2.1.0 (Compliance CSID, Production CSID, Reporting, Clearance)."""
