"""What can be read from an addon's package without running it, before it is published or installed.

The audit finds mistakes, and what was not declared. It is no cage: code that wants to deceive can
write what no reading finds, which is why packages are signed by publishers that one knows.
"""
