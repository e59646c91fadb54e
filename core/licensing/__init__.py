"""What a company's licences mean for its daily work: how much there may be, and until when."""
