"""What the workshop does: productions, the hours people note, and the stock counted on the first day."""

from __future__ import annotations

from collections import defaultdict
from datetime import date, timedelta
from decimal import ROUND_HALF_EVEN, Decimal

from etabli.exam.contract.draw import Draw

from .database import MOVED, Database, Row, day, referred, rewrite, stored
from .products import Product
from .seasons import MONTHS, TODAY, Month, Season, month_of, workdays

IN_SEASON = 12
"""Finished productions inside the season."""
WAITING = 2
UNIT_PRICE = Decimal("0.0001")


class Workshop:
    """Moves and resizes productions, deals the hours, counts the stock."""

    def __init__(self, database: Database, products: dict[int, Product], season: Season, seed: bytes) -> None:
        self.database, self.products, self.season = database, products, season
        self.draw = Draw(b"workshop|" + seed)

    # -- productions

    def produce(self) -> None:
        """Gives every production another date and size; few still wait, those of the last month."""
        data = self.database
        done = self.draw.shuffled([row for row in data["production"] if row["state"] == "done"])
        waiting = [row for row in data["production"] if row["state"] != "done"]
        gone = self.draw.shuffled(waiting)[WAITING:]
        for row in gone:
            data["stock_move"].remove(self._moves(row))
        data["production"].remove(gone)
        for row in [row for row in waiting if row not in gone]:
            self._date(row, self.draw.one(workdays(MONTHS[-1])))
        outside = (*self.season.before, *self.season.after[:-1])
        for rank, row in enumerate(done):
            months: tuple[Month, ...] = self.season.months if rank < IN_SEASON else outside
            self._date(row, self.draw.one(workdays(months[rank % len(months)])))
        for row in data["production"]:
            self._size(row)

    def _date(self, row: Row, start: date) -> None:
        end = min(TODAY, start + timedelta(days=self.draw.between(1, 6)))
        if start in self.season and end > self.season.end:
            end = self.season.end
        rewrite(row, start, "planned_start_date", "effective_start_date")
        rewrite(row, end, "planned_date", "effective_date")
        for move in self._moves(row):
            rewrite(move, end if move["production_output"] else start, *MOVED)

    def _moves(self, row: Row) -> list[Row]:
        moves = self.database["stock_move"]
        return [move for move in moves if row["id"] in (move["production_input"], move["production_output"])]

    def _merged(self, row: Row) -> list[Row]:
        """Returns the moves of a production, one for each product: a partial assignment had split some."""
        kept: dict[tuple[int, bool], Row] = {}
        for move in self._moves(row):
            first = kept.setdefault((move["product"], bool(move["production_output"])), move)
            if first is not move:
                first["quantity"] += move["quantity"]
                self.database["stock_move"].remove([move])
        return list(kept.values())

    def _size(self, row: Row) -> None:
        """Draws how many are made; parts and costs follow as Tryton would have them."""
        before, count = Decimal(str(row["quantity"])), self.draw.between(2, 7)
        row["quantity"] = float(count)
        moves, cost = self._merged(row), Decimal(0)
        for move in moves:
            quantity = Decimal(str(move["quantity"])) / before * count
            move.update(quantity=float(quantity), internal_quantity=float(quantity))
            product = self.products[move["product"]]
            rewrite(move, stored(product.cost), "cost_price")
            if move["production_input"]:
                cost += product.cost * quantity
        for move in moves:
            if move["production_output"]:
                rewrite(move, stored((cost / count).quantize(UNIT_PRICE, ROUND_HALF_EVEN)), "unit_price")

    # -- stock

    def count(self) -> None:
        """Makes the first day's count large enough for the warehouse never to be short."""
        data = self.database
        lines = referred(data["stock_inventory_line"], "stock.inventory.line")
        stores = {row["storage_location"] for row in data["stock_location"]} - {None}
        flows: dict[int, list[tuple[str, float]]] = defaultdict(list)
        for move in data["stock_move"]:
            if move["state"] == "done" and move["origin"] not in lines:
                sign = (move["to_location"] in stores) - (move["from_location"] in stores)
                flows[move["product"]].append((move["effective_date"], sign * move["quantity"]))
        moves = {move["origin"]: move for move in data["stock_move"] if move["origin"] in lines}
        for origin, line in lines.items():
            level, lowest = 0.0, 0.0
            for _moment, quantity in sorted(flows[line["product"]]):
                level += quantity
                lowest = min(lowest, level)
            line["quantity"] = float(int(-lowest) + self.draw.between(8, 60))
            if origin in moves:
                moves[origin].update(quantity=line["quantity"], internal_quantity=line["quantity"])
                rewrite(moves[origin], stored(self.products[line["product"]].cost), "cost_price")

    # -- hours

    def hours(self) -> None:
        """Deals days, activities and durations again; a line stays in its month and with its employee."""
        data = self.database
        works = [work["id"] for work in data["timesheet_work"]]
        costs = {row["employee"]: row["cost_price"] for row in data["company_employee_cost_price"]}
        usual = {employee["id"]: self.draw.one(works) for employee in data["company_employee"]}
        for line in data["timesheet_line"]:
            month = month_of(day(line["date"]))
            line["date"] = self.draw.one(workdays(month)).isoformat()
            line["work"] = usual[line["employee"]] if self.draw.below(10) < 5 else self.draw.one(works)
            line["duration"] = 900 * self.draw.between(4, 30)
            rewrite(line, costs[line["employee"]], "cost_price")
