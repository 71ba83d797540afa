<?php
// Roundcube for one learner: it reads one mailbox, in French, fetches nothing and sends nothing.

// A page elsewhere on the web must not reach this port through a name of its own (DNS rebinding); in a room, whose name
// is given, the gate in front lets its learner alone in. Browsers do not tell ports apart: the session's name does.
$host = (string) parse_url('http://' . ($_SERVER['HTTP_HOST'] ?? ''), PHP_URL_HOST);
$room = (string) getenv('ETABLI_NOM_SALLE');
if (!in_array($host, ['localhost', '127.0.0.1'], true) && ($room === '' || !str_ends_with($host, ".$room"))) {
    http_response_code(403);
    exit('La messagerie ne répond qu’à l’adresse 127.0.0.1.');
}

$config = [];
$config['session_name'] = 'messagerie_' . preg_replace('/\D/', '', (string) strrchr($_SERVER['HTTP_HOST'] ?? '', ':'));
$config['db_dsnw'] = 'sqlite:////var/lib/messagerie/roundcube.db?mode=0600';
$config['imap_host'] = '127.0.0.1:1143';
$config['smtp_host'] = '';
$config['des_key'] = substr(hash('sha256', (string) @file_get_contents('/tmp/dovecot-comptes')), 0, 24);
$config['product_name'] = 'La messagerie';
$config['language'] = 'fr_FR';
$config['plugins'] = ['clics'];
$config['skin'] = 'elastic';
$config['log_driver'] = 'stdout';
$config['temp_dir'] = '/tmp';
$config['use_https'] = false;
$config['enable_spellcheck'] = false;
$config['show_images'] = 0;
$config['prefer_html'] = true;
$config['disabled_actions'] = ['mail.compose', 'mail.send', 'addressbook.index', 'settings.identities'];
