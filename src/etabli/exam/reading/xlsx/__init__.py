"""Workbooks of Excel: their sheets, and the parts around them."""
