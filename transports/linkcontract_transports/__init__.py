"""Transports"""
