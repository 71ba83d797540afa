    <p><?= e($texte) ?></p>
