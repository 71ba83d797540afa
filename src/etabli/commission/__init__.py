"""The commission: assessors judge first, the automatic proposal comes after, the jury decides elsewhere."""
