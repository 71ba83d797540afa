<?php
require __DIR__ . '/inc/demarrage.php';

requete('UPDATE @{ tables.item }@ SET @{ columns.item.price }@ = @{ columns.item.price }@ + 1 WHERE @{ columns.item.price }@ IS NOT NULL ORDER BY @{ columns.item.id }@ LIMIT 1');
http_response_code(204);
