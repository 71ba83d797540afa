"""Accès à la base : variables d'environnement du serveur, sinon valeurs habituelles de XAMPP."""

import os

BASE = {
    "host": os.environ.get("DB_HOST", "localhost"),
    "port": int(os.environ.get("DB_PORT", "3306")),
    "database": os.environ.get("DB_NAME", @{ setting | py }@),
    "user": os.environ.get("DB_USER", "root"),
    "password": os.environ.get("DB_PASSWORD", ""),
}
