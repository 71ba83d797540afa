<?php
session_start(['cookie_httponly' => true, 'cookie_samesite' => 'Lax']);
$_SESSION['css'] = true;
header('Content-Type: text/css');
header('Cache-Control: no-store');
readfile(__DIR__ . '/style.css');
