"""Reports as files: workbooks with living formulas, paper with letterhead, plain CSV."""
