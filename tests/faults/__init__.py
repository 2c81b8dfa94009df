"""Faults with real sockets and processes: a recording server, its acts, kernels to kill."""
