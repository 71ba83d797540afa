# Établi: what a person types. Each target says what it does: `make help`.
SHELL := /bin/bash
.DEFAULT_GOAL := help
.PHONY: help setup salle demo espace-demo histoires-pgi test test-long test-long-bilan lint clean

LAB ?=
NOM ?=
DOSSIER ?=
PARTIE ?=
PYTEST := .venv/bin/python -m pytest

help: ## montre cette aide
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-15s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

setup: ## prépare la machine : Python, commande etabli, moteur de conteneurs, images
	@scripts/setup.sh

demo: setup ## vérifie la classe de démonstration (LAB=… pour un seul TP)
	@.venv/bin/python -m etabli.cli.demo $(if $(LAB),--tp '$(LAB)')

espace-demo: setup ## refait labs/*/demo, que « docker compose up » démarre
	@.venv/bin/python -m etabli.workspace.demo

histoires-pgi: setup ## refait l'activité des entreprises du PGI (dix minutes)
	@.venv/bin/python scripts/histoires_pgi.py

salle: setup ## ouvre la salle, un serveur où la classe travaille dans un navigateur (NOM=salle.lycee.internal DOSSIER=/srv/etabli)
	@./etabli salle start $(if $(NOM),--nom '$(NOM)') $(if $(DOSSIER),--dossier '$(DOSSIER)')

test: ## passe toute la suite, conteneurs et navigateur compris
	@debut=$$EPOCHSECONDS; scripts/setup.sh && scripts/outils.sh && .venv/bin/python scripts/suite.py $$debut

test-long: setup ## passe les longues répétitions et 200 coupures, en six parties (PARTIE=2/6 pour une seule)
	@scripts/outils.sh
	@.venv/bin/python scripts/essais_longs.py $(PARTIE)

test-long-bilan: setup ## dit quelles parties de test-long sont vertes pour ce que le code est maintenant
	@.venv/bin/python scripts/essais_longs.py --bilan

lint: setup ## relit la forme et les types
	@.venv/bin/ruff check
	@.venv/bin/ruff format --check
	@scripts/types.sh

clean: ## enlève ce que la préparation et la démonstration ont fait, images comprises
	@scripts/clean.sh
