"""A candidate's own data while their deposit is graded: made once, when first needed, with what must stay hidden."""

from __future__ import annotations

from functools import cached_property

from etabli.exam.contract.blot import Blot
from etabli.grading.plan import Plan
from etabli.lab.variant import Purpose, Variant, hides_values, make_variant
from etabli.reception.submission import Deposit


class OwnData:
    """The variant of one deposit's candidate.

    Args:
        plan: The batch's plan.
        deposit: Whose data.
    """

    def __init__(self, plan: Plan, deposit: Deposit) -> None:
        self._plan = plan
        self._deposit = deposit

    @cached_property
    def variant(self) -> Variant:
        """The data that the deposit is graded with."""
        return make_variant(self._plan.seat(self._deposit), self._plan.secret, Purpose.EVALUATION)

    def blot(self) -> Blot:
        """Returns what blots the values that nothing may show; one that does nothing, where the lab has none."""
        return self._blot

    @cached_property
    def _blot(self) -> Blot:
        if not hides_values(self._plan.lab):
            return Blot()
        try:
            return Blot(self.variant.secrets())
        except Exception:  # data that nobody can make hold no secret; the mistake itself is told by whoever needs them
            return Blot()
