"""linkcontract"""
