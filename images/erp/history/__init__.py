"""A year and a half of a French small company, written in Tryton through Tryton's own business objects.

Run inside the image ``etabli/erp`` (``make histoires-pgi`` does it)::

    python -m history FOLDER NAME

It leaves ``NAME.sqlite`` and ``NAME.json`` in FOLDER. What happens is decided in :mod:`history.chance`, without
Tryton; the other modules make it happen.
"""
