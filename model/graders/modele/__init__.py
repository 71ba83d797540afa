"""Ce qui vérifie le TP, et que les élèves ne voient jamais."""
