<?php
// The link server of the lab: no link leads outside, each click is noted, and the one who clicked is told at once.
class clics extends rcube_plugin
{
    public $task = 'mail';

    private const JOURNAL = '/var/lib/messagerie/clics.txt';
    // What the hand-in repeats (src/etabli/workspace/notes.py); where the folder cannot be written, it says nothing.
    private const NOTES = '/srv/notes/messagerie.txt';

    public function init()
    {
        is_file(self::NOTES) || $this->repeat(date('d/m/Y H:i') . ' : boîte ouverte');
        $this->include_script('clics.js');
        $this->register_action('plugin.clic', [$this, 'clic']);
    }

    // What hands the work in runs under another account.
    private function repeat(string $line): void
    {
        @file_put_contents(self::NOTES, "$line\n", FILE_APPEND | LOCK_EX) && @chmod(self::NOTES, 0644);
    }

    public function clic()
    {
        $to = substr(preg_replace('/[^\x20-\x7e]/', '', (string) rcube_utils::get_input_string('_vers', rcube_utils::INPUT_GET)), 0, 300);
        $line = date('d/m/Y H:i') . ' : ' . $to;
        file_put_contents(self::JOURNAL, "$line\n", FILE_APPEND | LOCK_EX);
        $this->repeat($line);
        error_log("lien suivi, $line");
        $lines = array_slice(file(self::JOURNAL, FILE_IGNORE_NEW_LINES), -20);
        $items = implode('', array_map(fn ($one) => '<li>' . htmlspecialchars($one) . '</li>', $lines));
        header('Content-Type: text/html; charset=utf-8');
        echo "<!DOCTYPE html><html lang=\"fr\"><head><title>Un lien a été suivi</title></head><body><h1>Vous avez suivi un lien</h1>"
            . '<p>Ici, rien n\'arrive. Ailleurs, c\'est ce clic que le piège attendait : survolez, et lisez en bas de la fenêtre.</p>'
            . "<h2>Vos clics, notés par ce TP : votre dépôt les dit à l'enseignant</h2><ul>$items</ul></body></html>";
        exit;
    }
}
