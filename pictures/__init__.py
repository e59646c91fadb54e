"""The pictures of the documentation: a server, companies filled with a year's end, and a browser
that looks at them. `script/screenshots` runs it; nothing of it is shipped."""
