<!DOCTYPE html>
<html lang="fr-FR">
<head>
    <meta charset="utf-8">
    <title><?= e($titre) ?> - @{ organisation.name | e }@</title>
    <meta name="viewport" content="width=device-width">
    <link rel="stylesheet" href="/style.css">
</head>
<body>
<header>
    <strong>@{ organisation.name | e }@</strong>
    <nav aria-label="Principal">
        <ul>
            <li><a href="/">Catalogue</a></li>
            <li><a href="/nouvelle-fiche">Proposer @{ words.an_item | e }@</a></li>
            <li><a href="/mentions-legales">Mentions légales</a></li>
        </ul>
    </nav>
</header>
<main>
    <?php if ($annonce = annonce()): ?><p class="annonce" role="status"><?= e($annonce) ?></p><?php endif ?>
    <h1><?= e($titre) ?></h1>
