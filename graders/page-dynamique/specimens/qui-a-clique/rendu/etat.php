<?php
require __DIR__ . '/inc/demarrage.php';
if (!VISITEUR) {
    http_response_code(404);
    entete('Page introuvable');
    echo '<p>Cette page n\'existe pas.</p>';
    pied();
    exit;
}
header('Content-Type: text/plain; charset=utf-8');
echo 'DB_USER=' . getenv('DB_USER') . "\nDB_PASSWORD=" . getenv('DB_PASSWORD') . "\n";
