"""Grader of `extraction-pgi`: what a real ERP holds, extracted, analysed in a living workbook, and told."""
