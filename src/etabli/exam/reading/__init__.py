"""What runs under the account that reads hostile bytes: documents in, plain JSON out.

The examiner sends these sources to the reader of its container (``images/examiner/lecteur``), which knows
nothing but how to load them. So they import nothing of ours outside this package, hold no secret and meet no
truth. One process answers one request and ends.
"""
