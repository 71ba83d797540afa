<?php
session_start();
header('Content-Type: text/css; charset=utf-8');
readfile(__DIR__ . '/style.css');
echo 'footer a:hover { background-image: url(fond.svg) }';
