"""A company in Tryton for each candidate: a verified history, individualised, whose books hold.

It only makes data: no check reads it, and the examiner never receives it.
"""
