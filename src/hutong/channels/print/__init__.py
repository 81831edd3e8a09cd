"""Paper: notices and forms as PDF, set by typst from data. Data is passed as JSON and never becomes markup."""
