<?php
// Le haut et le bas des pages, et la mise en forme des valeurs.

/** Protège un texte avant de l'écrire dans la page. */
function h(?string $texte): string
{
    return htmlspecialchars($texte ?? '', ENT_QUOTES);
}

function prix(?string $prix): string
{
    if ($prix === null) {
        return NON_RENSEIGNE;
    }
    return number_format((float) $prix, 2, ',', "\u{202F}") . "\u{00A0}€";
}

function jour(string $jour): string
{
    return date('d/m/Y', strtotime($jour));
}

const NON_RENSEIGNE = @{ words.empty | php }@;

function entete(string $titre): void
{
    ?>
<!DOCTYPE html>
<html lang="fr">
<head>
    <meta charset="utf-8">
    <meta name="viewport" content="width=device-width, initial-scale=1">
    <title><?= h($titre) ?> – @{ organisation.name | e }@</title>
    <link rel="stylesheet" href="style.css">
</head>
<body>
<header>
    <p class="enseigne">@{ organisation.name | e }@</p>
    <nav aria-label="Menu principal">
        <a href="index.php">Accueil</a>
        <a href="ajouter.php">Ajouter @{ words.an_item | e }@</a>
    </nav>
</header>
<main>
    <h1><?= h($titre) ?></h1>
    <?php if (isset($_SESSION['message'])): ?>
    <p class="message" role="status"><?= h($_SESSION['message']) ?></p>
    <?php endif;
    unset($_SESSION['message']);
}

function pied(): void
{
    ?>
</main>
<footer>
    <p><a href="mentions.php">Mentions légales</a></p>
</footer>
</body>
</html>
    <?php
}
