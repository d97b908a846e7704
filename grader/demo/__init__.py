"""The demonstration: a county that does not exist, with people in every state, served like a real one."""
