<?php
// Accès à la base : variables d'environnement du serveur, sinon valeurs habituelles de XAMPP.
const NOM_PAR_DEFAUT = @{ setting | php }@;

return [
    'hote' => getenv('DB_HOST') ?: 'localhost',
    'port' => getenv('DB_PORT') ?: '3306',
    'nom' => getenv('DB_NAME') ?: NOM_PAR_DEFAUT,
    'utilisateur' => getenv('DB_USER') ?: 'root',
    'mot_de_passe' => getenv('DB_PASSWORD') ?: '',
];
