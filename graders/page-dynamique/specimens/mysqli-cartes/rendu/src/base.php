<?php

/** La connexion, ouverte à la première requête. */
function base(): mysqli
{
    static $base = null;
    if ($base === null) {
        mysqli_report(MYSQLI_REPORT_ERROR | MYSQLI_REPORT_STRICT);
        $base = new mysqli(DB_HOST, DB_USER, DB_PASSWORD, DB_NAME, DB_PORT);
        $base->set_charset('utf8mb4');
    }
    return $base;
}

/** Les lignes que rend une requête préparée. */
function lignes(string $sql, array $valeurs = []): array
{
    return base()->execute_query($sql, $valeurs)->fetch_all(MYSQLI_ASSOC);
}

/** Une requête préparée qui change la base. */
function changer(string $sql, array $valeurs): void
{
    base()->execute_query($sql, $valeurs);
}
