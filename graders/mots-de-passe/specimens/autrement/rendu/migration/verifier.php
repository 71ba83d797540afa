<?php
function essayer($mdp, $e) {
    switch (true) {
        case $mdp === '': return false;
        case strlen($e) === 32 && ctype_xdigit($e): return md5($mdp) === $e;
        case strlen($e) === 40 && ctype_xdigit($e): return sha1($mdp) === $e;
        case strpos($e, 'sha256$') === 0:
            $morceaux = explode('$', $e);
            return count($morceaux) === 3 && hash('sha256', $morceaux[1] . $mdp) === $morceaux[2];
        default: return password_verify($mdp, $e);
    }
}
foreach (file('php://stdin', FILE_IGNORE_NEW_LINES | FILE_SKIP_EMPTY_LINES) as $l) {
    $o = json_decode($l);
    $bon = essayer($o->mot_de_passe, $o->empreinte);
    $reponse = ['nouvelle_empreinte' => null, 'login' => $o->login, 'ok' => $bon];
    if ($bon) {
        // bcrypt s'arrête à 72 octets : les plus longs vont à Argon2id.
        $algo = strlen($o->mot_de_passe) > 72 ? PASSWORD_ARGON2ID : PASSWORD_BCRYPT;
        $reponse['nouvelle_empreinte'] = password_hash($o->mot_de_passe, $algo, ['cost' => 10]);
    }
    print json_encode($reponse, JSON_UNESCAPED_SLASHES) . PHP_EOL;
}
