"""What a declared `Resource` becomes: lists, forms, actions, exports, JSON API and OpenAPI."""
