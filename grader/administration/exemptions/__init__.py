"""Who need not take part (可不参加): decided, approved, withdrawn, listed."""
