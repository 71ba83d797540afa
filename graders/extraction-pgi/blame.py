"""Which check tells which fault of a list of totals, and what may change once it is mended."""

from __future__ import annotations

NO_SYNTHESIS = ["mois-justes", "clients-justes"]
"""The checks that tell a synthesis that is not there at all."""
TYPED_TOTAL = ["total", "mois-formules", "clients-formules"]
"""The checks that tell a typed grand total: its own, or that of the typed list that it stands under."""
RIGHT = {"by_month": "mois-justes", "by_customer": "clients-justes"}
FORMULAS = {"by_month": "mois-formules", "by_customer": "clients-formules"}
FOLLOW = {"by_month": "mois-suivent", "by_customer": "clients-suivent"}
"""The checks that a list is right, that it is calculated, that it follows."""
AFTER = {
    "by_month": "Le total général, l'écart avec la comptabilité et la note peuvent changer : relisez-les ensuite.",
    "by_customer": "Les parts, les rangs, le total général et la note peuvent changer : relisez-les ensuite.",
    "bases": "Votre note cite-t-elle la TVA ? Reprenez-la aussi.",
    "taxes": "Votre note cite-t-elle la TVA ? Reprenez-la aussi.",
}
"""What may become wrong, or right, once a list is."""
