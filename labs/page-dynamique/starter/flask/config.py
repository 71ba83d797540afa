"""Où se trouve la base de données.

À la vérification, ces valeurs arrivent par des variables d'environnement.
Sur votre PC, elles n'existent pas : on prend alors la valeur habituelle de XAMPP, à droite.
Gardez les os.environ.get(...) : sans eux, le site ne marcherait que chez vous.
"""

import os

HOTE = os.environ.get("DB_HOST", "localhost")
PORT = int(os.environ.get("DB_PORT", "3306"))
BASE = os.environ.get("DB_NAME", @{ setting | py }@)
UTILISATEUR = os.environ.get("DB_USER", "root")
MOT_DE_PASSE = os.environ.get("DB_PASSWORD", "")
