"""An addon with ways to pay, as a real gateway's would be: it calls out, and is called back."""
