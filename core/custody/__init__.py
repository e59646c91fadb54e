"""Where a company's data lies, who had it in hands, and all of it to take away."""
