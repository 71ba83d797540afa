<?php
session_start();
if (isset($_SERVER['HTTP_REFERER'])) {
    $_SESSION['navigateur'] = ($_SESSION['prise'] ?? '') === ($_SERVER['REMOTE_PORT'] ?? '');
}
header('Content-Type: text/css; charset=utf-8');
readfile(__DIR__ . '/style.css');
