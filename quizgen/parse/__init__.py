"""Located nodes to banks, programmes, lessons and the register, with every fault of a file in one run."""
