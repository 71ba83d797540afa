<?php
require __DIR__ . '/inc/demarrage.php';

requete('UPDATE @{ tables.item }@ SET @{ columns.item.price }@ = @{ columns.item.price }@ * 0.9');
rediriger('index.php', 'Tous les prix ont baissé de 10 %.');
