"""What the company sells, renamed and priced again: only a product's class (account, VAT, kind) is the history's."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from decimal import Decimal

from etabli.exam.contract.draw import Draw

from .database import Database, Row, number, rounded, stored
from .names import WORDS
from .trades import Trade

Article = tuple[str, float]
LETTERS = "ABCDEFGHJKLMNPRSTVWXZ"


@dataclass
class Product:
    """An article of the company."""

    id: int
    group: tuple[int, str]
    """Products of one group may replace each other in a document: same accounting category, same unit."""
    unit: int
    price: Decimal
    cost: Decimal

    @property
    def hours(self) -> bool:
        """Whether it is sold by the hour."""
        return self.group[1] == "hour"


class Catalogue:
    """Renames products, families, recipes and activities."""

    def __init__(self, database: Database, seed: bytes, trade: Trade) -> None:
        self.database, self.trade = database, trade
        self.draw = Draw(b"products|" + seed)
        self._translations = self._model_translations()

    def rename(self) -> dict[int, Product]:
        """Returns the products by id, under new names and prices."""
        data = self.database
        prices = {row["template"]: row for row in data["product_list_price"] if row["template"]}
        costs = {row["product"]: row for row in data["product_cost_price"]}
        rounds = {row["id"]: row["rounding"] for row in data["product_uom"]}
        names: dict[str, list[Article]] = {}
        products = {}
        for product in data["product_product"]:
            template = data["product_template"][product["template"]]
            hours = rounds[template["default_uom"]] != 1
            kind = self._kind(template, hours)
            queue = names.setdefault(kind, self._articles(kind))
            name, about = queue.pop(0)
            price = self._price(about)
            cost = rounded(price * Decimal(self.draw.between(48, 66)) / 100)
            code = self._code(name, product["id"])
            template["code"] = product["code"] = code
            self._name("product.template", template, name)
            prices[template["id"]]["list_price"] = stored(price)
            costs[product["id"]]["cost_price"] = stored(cost)
            group = (template["account_category"], "hour" if hours else "unit")
            products[product["id"]] = Product(product["id"], group, template["default_uom"], price, cost)
        self._families()
        self._recipes(products)
        self._activities()
        return products

    def _kind(self, template: Row, hours: bool) -> str:
        """Tells the class by what Tryton knows: what is made, bought, sold as a service, at the reduced rate."""
        if template["type"] == "service":
            return "hours" if hours else "service" if not self._carriage(template) else "carriage"
        if template["producible"]:
            return "made"
        if self._rate(template) < Decimal("0.1"):
            return "books"
        used = {row["product"] for row in self.database["production_bom_input"]}
        owned = [p["id"] for p in self.database["product_product"] if p["template"] == template["id"]]
        return "parts" if used & set(owned) else "goods"

    def _rate(self, template: Row) -> Decimal:
        """Returns the rate of a tax; « Taux normal », which has none of its own, is a high one."""
        taxes = self.database["product_category-customer-account_tax"].by("category")[template["account_category"]]
        rate = self.database["account_tax"][taxes[0]["tax"]]["rate"]
        return Decimal(1) if rate is None else number(rate)

    def _carriage(self, template: Row) -> bool:
        accounts = {row["category"]: row["account_revenue"] for row in self.database["product_category_account"]}
        return str(self.database["account_account"][accounts[template["account_category"]]]["code"]).startswith("7085")

    def _articles(self, kind: str) -> list[Article]:
        """Returns names enough for a class: those of the trade, then again in other series."""
        articles: list[Article] = self.draw.shuffled([*getattr(self.trade, kind).items()])
        series = self.draw.shuffled(WORDS["series"])
        if kind in {"made", "goods"}:
            return [(f"{name} {word}", about) for word in series for name, about in articles]
        return articles + [(self._again(name, word), about * 1.3) for word in series for name, about in articles]

    @staticmethod
    def _again(name: str, word: str) -> str:
        head, bracket, tail = name.partition(" (")
        return f"{head} {word}{bracket}{tail}"

    def _price(self, about: float) -> Decimal:
        share = Decimal(self.draw.between(780, 1290)) / 1000
        return max(Decimal("2.15"), rounded(Decimal(str(about)) * share + Decimal(self.draw.between(1, 99)) / 100))

    def _code(self, name: str, rank: int) -> str:
        letters = "".join(letter for letter in name.upper() if letter in LETTERS)[:3].ljust(3, "X")
        return f"{letters}-{self.draw.between(1, 9)}{rank:02d}{self.draw.one(LETTERS)}"

    def _families(self) -> None:
        names = iter(self.draw.shuffled(self.trade.families) + WORDS["series"])
        for category in self.database["product_category"]:
            if not category["accounting"]:
                self._name("product.category", category, next(names))

    def _recipes(self, products: dict[int, Product]) -> None:
        """Names recipes after what they make; what is made costs what its parts cost, and some work."""
        outputs = {row["bom"]: row["product"] for row in self.database["production_bom_output"]}
        inputs = self.database["production_bom_input"].by("bom")
        costs = {row["product"]: row for row in self.database["product_cost_price"]}
        for bom in self.database["production_bom"]:
            made = products[outputs[bom["id"]]]
            product = self.database["product_product"][made.id]
            self._name("production.bom", bom, f"Nomenclature {product['code']}")
            used = [products[row["product"]].cost * Decimal(str(row["quantity"])) for row in inputs[bom["id"]]]
            parts = sum(used, Decimal(0))
            made.cost = rounded(parts * Decimal(self.draw.between(115, 130)) / 100)
            made.price = rounded(max(made.price, made.cost * Decimal(self.draw.between(1450, 1900)) / 1000))
            costs[made.id]["cost_price"] = stored(made.cost)
            for row in self.database["product_list_price"]:
                if row["template"] == product["template"]:
                    row["list_price"] = stored(made.price)

    def _activities(self) -> None:
        names = iter([*self.draw.shuffled(self.trade.tasks + WORDS["tasks"]), "Formation", *WORDS["series"]])
        for work in self.database["timesheet_work"]:
            self._name("timesheet.work", work, next(names))

    def _model_translations(self) -> dict[tuple[str, int], list[Row]]:
        found: dict[tuple[str, int], list[Row]] = defaultdict(list)
        for row in self.database["ir_translation"]:
            if row["type"] == "model":
                found[row["name"], row["res_id"]].append(row)
        return found

    def _name(self, model: str, row: Row, name: str) -> None:
        """Names a row, in every language."""
        row["name"] = name
        for translation in self._translations[f"{model},name", row["id"]]:
            translation.update(value=name, src=name)
