<?php
// Le formulaire commun à l'ajout et à la modification.

const CHAMPS = ['nom', 'categorie_id', 'lieu_id', 'prix', 'jour', 'description'];

/** Ce que le visiteur a tapé, tel quel. */
function saisie(): array
{
    $saisie = [];
    foreach (CHAMPS as $champ) {
        $saisie[$champ] = texte($_POST, $champ);
    }
    return $saisie;
}

/** Les erreurs de la saisie : nom du champ => message. */
function erreurs(array $saisie): array
{
    $erreurs = [];
    if ($saisie['nom'] === '' || mb_strlen($saisie['nom']) > 120) {
        $erreurs['nom'] = 'Écrivez un nom de 1 à 120 caractères.';
    }
    if (!array_key_exists($saisie['categorie_id'], choix_categories())) {
        $erreurs['categorie_id'] = 'Choisissez une valeur de la liste.';
    }
    if (!array_key_exists($saisie['lieu_id'], choix_lieux())) {
        $erreurs['lieu_id'] = 'Choisissez une des valeurs proposées.';
    }
    if (!preg_match('/^(\d{1,6}([.,]\d{1,2})?)?$/', $saisie['prix'])) {
        $erreurs['prix'] = 'Écrivez un nombre positif, par exemple 12,50, ou laissez vide.';
    }
    $jour = DateTimeImmutable::createFromFormat('!Y-m-d', $saisie['jour']);
    if (!$jour || $jour->format('Y-m-d') !== $saisie['jour']) {
        $erreurs['jour'] = 'Indiquez une date du calendrier.';
    }
    if (mb_strlen($saisie['description']) > 2000) {
        $erreurs['description'] = 'Écrivez 2000 caractères au plus.';
    }
    return $erreurs;
}

/** La saisie prête pour la base : une case laissée vide devient NULL. */
function fiche_saisie(array $saisie): array
{
    $saisie['prix'] = $saisie['prix'] === '' ? null : str_replace(',', '.', $saisie['prix']);
    $saisie['description'] = $saisie['description'] === '' ? null : $saisie['description'];
    return $saisie;
}

/** Les attributs qui relient un champ à son message d'erreur. */
function lien_erreur(array $erreurs, string $champ): string
{
    return isset($erreurs[$champ]) ? ' aria-invalid="true" aria-describedby="erreur-' . $champ . '"' : '';
}

function message_erreur(array $erreurs, string $champ): void
{
    if (isset($erreurs[$champ])) {
        echo '<p class="erreur" id="erreur-' . $champ . '">' . h($erreurs[$champ]) . '</p>';
    }
}

function options(array $choix, string $valeur): void
{
    foreach ($choix as $id => $nom) {
        $selection = (string) $id === $valeur ? ' selected' : '';
        echo '<option value="' . $id . '"' . $selection . '>' . h($nom) . '</option>';
    }
}

function formulaire(array $saisie, array $erreurs, string $bouton): void
{
    ?>
    <form method="post" class="saisie">
        <input type="hidden" name="jeton" value="<?= jeton() ?>">
        <input type="hidden" name="envoi" value="<?= h(texte($_POST, 'envoi') ?: bin2hex(random_bytes(8))) ?>">
        <div class="champ">
            <label for="nom">@{ words.fields.name | e }@</label>
            <input id="nom" name="nom" required maxlength="120" value="<?= h($saisie['nom']) ?>"<?= lien_erreur($erreurs, 'nom') ?>>
            <?php message_erreur($erreurs, 'nom') ?>
        </div>
        <div class="champ">
            <label for="categorie">@{ words.fields.category | e }@</label>
            <select id="categorie" name="categorie_id" required<?= lien_erreur($erreurs, 'categorie_id') ?>>
                <option value="">– choisir –</option>
                <?php options(choix_categories(), $saisie['categorie_id']) ?>
            </select>
            <?php message_erreur($erreurs, 'categorie_id') ?>
        </div>
        <div class="champ">
            <label for="lieu">@{ words.fields.place | e }@</label>
            <select id="lieu" name="lieu_id" required<?= lien_erreur($erreurs, 'lieu_id') ?>>
                <option value="">– choisir –</option>
                <?php options(choix_lieux(), $saisie['lieu_id']) ?>
            </select>
            <?php message_erreur($erreurs, 'lieu_id') ?>
        </div>
        <div class="champ">
            <label for="prix">@{ words.fields.price | e }@</label>
            <input id="prix" name="prix" inputmode="decimal" value="<?= h($saisie['prix']) ?>"<?= lien_erreur($erreurs, 'prix') ?>>
            <?php message_erreur($erreurs, 'prix') ?>
        </div>
        <div class="champ">
            <label for="jour">@{ words.fields.date | e }@</label>
            <input type="date" id="jour" name="jour" required value="<?= h($saisie['jour']) ?>"<?= lien_erreur($erreurs, 'jour') ?>>
            <?php message_erreur($erreurs, 'jour') ?>
        </div>
        <div class="champ">
            <label for="description">@{ words.fields.description | e }@</label>
            <textarea id="description" name="description" rows="5"<?= lien_erreur($erreurs, 'description') ?>><?= h($saisie['description']) ?></textarea>
            <?php message_erreur($erreurs, 'description') ?>
        </div>
        <p><button><?= h($bouton) ?></button> <a href="index.php">Annuler</a></p>
    </form>
    <?php
}
