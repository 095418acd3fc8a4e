"""What the vectors are made of; run by ../generate.py."""
