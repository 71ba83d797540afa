<?php
// Où se trouve la base de données.
//
// À la vérification, ces valeurs arrivent par des variables d'environnement.
// Sur votre PC, elles n'existent pas : on prend alors la valeur habituelle de XAMPP, à droite de « ?: ».
// Gardez les getenv(...) : sans eux, le site ne marcherait que chez vous.

return [
    'hote' => getenv('DB_HOST') ?: 'localhost',
    'port' => getenv('DB_PORT') ?: '3306',
    'base' => getenv('DB_NAME') ?: 'ressourcerie',
    'utilisateur' => getenv('DB_USER') ?: 'root',
    'mot_de_passe' => getenv('DB_PASSWORD') ?: '',
];
