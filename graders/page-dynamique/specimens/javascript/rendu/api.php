<?php
// La liste en JSON, pour liste.js : mêmes paramètres que index.php.
require __DIR__ . '/inc/demarrage.php';
require __DIR__ . '/inc/pages.php';

$resultats = resultats();
header('Content-Type: application/json; charset=utf-8');
echo json_encode($resultats, JSON_THROW_ON_ERROR);
