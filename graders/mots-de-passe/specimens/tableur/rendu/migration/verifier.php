<?php
declare(strict_types=1);

// Lit des lignes JSON {login, mot_de_passe, empreinte} et écrit {ok, nouvelle_empreinte}.

const REGLAGES = ['memory_cost' => 19456, 'time_cost' => 2, 'threads' => 1];

function reconnu(string $motDePasse, string $empreinte): bool
{
    if ($motDePasse === '') {
        return false;
    }
    if (preg_match('/^[0-9a-f]{32}$/i', $empreinte)) {
        return hash_equals(strtolower($empreinte), md5($motDePasse));
    }
    if (preg_match('/^[0-9a-f]{40}$/i', $empreinte)) {
        return hash_equals(strtolower($empreinte), sha1($motDePasse));
    }
    if (preg_match('/^sha256\$([^$]+)\$([0-9a-f]{64})$/i', $empreinte, $parties)) {
        return hash_equals(strtolower($parties[2]), hash('sha256', $parties[1] . $motDePasse));
    }
    return password_verify($motDePasse, $empreinte);
}

function nouvelle(string $motDePasse): string
{
    return password_hash($motDePasse, PASSWORD_ARGON2ID, REGLAGES);
}

while (($ligne = fgets(STDIN)) !== false) {
    $recu = json_decode($ligne, true);
    $ok = is_array($recu) && reconnu((string) $recu['mot_de_passe'], (string) $recu['empreinte']);
    echo json_encode(['ok' => $ok, 'nouvelle_empreinte' => $ok ? nouvelle($recu['mot_de_passe']) : null]), "\n";
}
