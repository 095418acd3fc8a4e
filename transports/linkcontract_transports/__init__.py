"""Transports that come with linkcontract; they know the Transport port and nothing else."""
