"""The authority's rules, checked here before anything is sent.

`checking.check` reads a document once into plain nodes (`nodes`, `document`), compares its
structure with UBL 2.1 (`structure`) and asks every rule of `book`, which are grouped by subject in
`subjects`. A finding says what is wrong, how to mend it and in which field of the sale
(`sale_fields`). `book.BY_CODE` has the same words for codes that come back from the authority.
"""
