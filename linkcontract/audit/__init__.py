"""What an auditor reads: exports, their verification, and evidence. Pure and offline."""
