<?php
return [
    'hote' => getenv('DB_HOST') ?: 'localhost',
    'port' => getenv('DB_PORT') ?: '3306',
    'base' => getenv('DB_NAME') ?: @{ setting | php }@,
    'utilisateur' => getenv('DB_USER') ?: 'root',
    'mot_de_passe' => getenv('DB_PASSWORD') ?: '',
];
