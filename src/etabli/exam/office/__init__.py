"""What is asked of the office suite, under the account that reads hostile bytes: a workbook in, plain JSON out.

The examiner sends these sources to the service of its container (``images/examiner/bureau``), which keeps one
office per exam and knows nothing of workbooks. So they import nothing of ours outside this package, hold no secret
and meet no truth. The office's own objects have no types: they are `Any` here.
"""
