"""Spreadsheets of LibreOffice: their sheets, and the parts around them."""
