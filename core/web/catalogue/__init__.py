"""The catalogue of addons, as companies and those who sell to them browse it."""
