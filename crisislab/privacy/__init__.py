"""Who wrote it stays out of what is written: pseudonyms, patterns of personal data, secrets."""
