    <p>Les champs marqués d'une étoile (*) sont obligatoires.</p>
    <form method="post" novalidate>
        <input type="hidden" name="cle" value="<?= $_SESSION['cle'] ?>">
        <?php if (isset($envoi)): ?><input type="hidden" name="envoi" value="<?= e($envoi) ?>"><?php endif ?>
        <p>
            <label for="nom">@{ words.fields.name | e }@ *</label>
            <input id="nom" name="nom" value="<?= e($saisie['nom']) ?>"<?= relier($problemes, 'nom') ?>>
            <?= probleme($problemes, 'nom') ?>
        </p>
        <p>
            <label for="categorie">@{ words.fields.category | e }@ *</label>
            <select id="categorie" name="categorie"<?= relier($problemes, 'categorie') ?>>
                <option value="">Votre choix</option>
                <?php foreach (categories() as $id => $nom): ?>
                <option value="<?= $id ?>"<?= $saisie['categorie'] === (string) $id ? ' selected' : '' ?>><?= e($nom) ?></option>
                <?php endforeach ?>
            </select>
            <?= probleme($problemes, 'categorie') ?>
        </p>
        <fieldset<?= isset($problemes['lieu']) ? ' aria-describedby="aide-lieu"' : '' ?>>
            <legend>@{ words.fields.place | e }@ *</legend>
            <?php foreach (lieux() as $id => $nom): ?>
            <label><input type="radio" name="lieu" value="<?= $id ?>"<?= $saisie['lieu'] === (string) $id ? ' checked' : '' ?>> <?= e($nom) ?></label>
            <?php endforeach ?>
            <?= probleme($problemes, 'lieu') ?>
        </fieldset>
        <p>
            <label for="prix">@{ words.fields.price | e }@</label>
            <input id="prix" name="prix" value="<?= e($saisie['prix']) ?>"<?= relier($problemes, 'prix') ?>>
            <?= probleme($problemes, 'prix') ?>
        </p>
        <p>
            <label for="jour">@{ words.fields.date | e }@ *</label>
            <input id="jour" name="jour" placeholder="JJ/MM/AAAA" value="<?= e($saisie['jour']) ?>"<?= relier($problemes, 'jour') ?>>
            <?= probleme($problemes, 'jour') ?>
        </p>
        <p>
            <label for="description">@{ words.fields.description | e }@</label>
            <textarea id="description" name="description" rows="4"<?= relier($problemes, 'description') ?>><?= e($saisie['description']) ?></textarea>
            <?= probleme($problemes, 'description') ?>
        </p>
        <button type="submit">Enregistrer</button>
    </form>
