"""The web toolkit: routing, endpoints, resources, pages and the JSON API."""
