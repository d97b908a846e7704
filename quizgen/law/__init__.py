"""The law: what is registered, its texts, and how texts name it."""
