"""Dealbook: what a deal earns under every vendor program that is open to a reseller."""

__version__ = "0.1.0"
