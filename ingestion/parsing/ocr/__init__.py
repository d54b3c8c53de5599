"""Reads text in pictures, without network: Chinese and English, lines with their places."""
