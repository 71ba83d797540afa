<?php
// Adminer made ready for one workspace: one base, the form filled in except for the password, in French,
// and no question asked of adminer.org.

const HOTES = ['localhost', '127.0.0.1'];
// A page elsewhere on the web must not reach this port through a name of its own (DNS rebinding). In a room, whose
// name is given, the gate in front lets its learner alone in.
$hote = (string) parse_url('http://' . ($_SERVER['HTTP_HOST'] ?? ''), PHP_URL_HOST);
$salle = (string) getenv('ETABLI_NOM_SALLE');
if (!in_array($hote, HOTES, true) && ($salle === '' || !str_ends_with($hote, ".$salle"))) {
    http_response_code(403);
    exit('Adminer ne répond qu’à l’adresse 127.0.0.1.');
}

$_COOKIE['adminer_version'] = '0';
if (!isset($_COOKIE['adminer_lang'])) {
    $_SERVER['HTTP_ACCEPT_LANGUAGE'] = 'fr';
}

function adminer_object()
{
    class Espace extends Adminer\Adminer
    {
        public function name()
        {
            return 'Adminer';
        }

        public function loginFormField($name, $heading, $value)
        {
            $known = ['server' => getenv('DB_HOST'), 'username' => getenv('DB_USER'), 'db' => getenv('DB_NAME')];
            if (isset($known[$name])) {
                $filled = 'value="' . htmlspecialchars((string) $known[$name], ENT_QUOTES) . '"';
                $value = preg_replace('~value="[^"]*"~', $filled, $value, 1);
            }
            return parent::loginFormField($name, $heading, $value);
        }
    }
    return new Espace();
}

include '/usr/share/adminer/adminer.php';
