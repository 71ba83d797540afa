"""A company in Tryton for each candidate: a verified history, individualised, whose books hold.

It knows Tryton's tables and no lab.
"""
